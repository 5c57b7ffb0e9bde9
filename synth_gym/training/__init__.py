"""From records to a student: select and export episodes, audit how a tokenizer renders them, fine-tune.

selection.py      which episodes are worth learning from, and how many each rule dropped
export.py         records -> `messages` + `tools` rows, as JSONL and Parquet
chat_template.py  how a conversation becomes text: append-only, with the assistant's spans marked
audit.py          does a tokenizer's own template keep those promises on this export?
recipe.py         what a training recipe (YAML) may say
student.py        a small model and its tokenizer, made from the recipe and the export
sft.py            supervised fine-tuning, resumable after a kill
"""
