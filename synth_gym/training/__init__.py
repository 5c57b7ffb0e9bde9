"""From records to a student: select and export episodes, audit how a tokenizer renders them, fine-tune.

selection.py      which episodes are worth learning from, and how many each rule dropped (with candidate.py, tokens.py,
                  similarity.py, presets.py)
export.py         records -> `messages` + `tools` rows, as JSONL and Parquet
chat_template.py  how a conversation becomes text: append-only, with the assistant's spans marked
audit.py          does a tokenizer's own template keep those promises on this export?
recipe.py         what a training recipe (YAML) may say
student.py        a small model and its tokenizer, made from the recipe and the export
pretrained.py     a model of this machine to fine-tune instead, with LoRA adapters or without
sft.py            supervised fine-tuning, resumable after a kill
trainer.py        TRL's trainer under a budget

What makes a step fast on a GPU (docs/training.md):

acceleration.py   puts the four below into a trainer
attention.py      the fastest kernel that keeps packed documents apart
blocks.py         compiled blocks that recompute only what is cheap
loss.py           cross-entropy without the logits of all tokens
packing.py        whole conversations in rows of one length
"""
