"""Many episodes: playing them, their records, running one again."""

from synth_gym.rollout.episode import run_episode
from synth_gym.rollout.masking import mask_times
from synth_gym.rollout.plan import Job, Player, plan_jobs
from synth_gym.rollout.record import Record, Step, read_record, read_records, record_files, write_record
from synth_gym.rollout.replay import Replay, replay
from synth_gym.rollout.result import Rollout
from synth_gym.rollout.runner import run_rollout

__all__ = [
    "Job",
    "Player",
    "Record",
    "Replay",
    "Rollout",
    "Step",
    "mask_times",
    "plan_jobs",
    "read_record",
    "read_records",
    "record_files",
    "replay",
    "run_episode",
    "run_rollout",
    "write_record",
]
