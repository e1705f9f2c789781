"""A training killed with -9 at twenty moments ends where an uninterrupted one ends; two at once never meet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

DRIVER = Path(__file__).with_name("kill_training.py")
KILLS = 20
BUSY = 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_twenty_kills_change_nothing_in_what_is_learned(tmp_path: Path) -> None:
    """The same curve and the same weights; one version, whole; of two trainings at once one waits in vain."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(DRIVER.parents[1])])}
    done = subprocess.run(
        [sys.executable, DRIVER, str(tmp_path), str(KILLS)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["codes"] == {"whole": 0, "killed": 0, "twice": [0, BUSY]}, done.stderr[-2000:]
    assert len(set(told["reached"])) > KILLS / 3, "the kills did not come at different moments"
    folders = {}
    for name in ("whole", "killed", "twice"):
        (folders[name],) = (tmp_path / name / "versions").glob("ver_*")
        assert (folders[name] / "adapter.gguf").is_file()
        assert not (folders[name] / "checkpoint.safetensors").exists()
    curves = {name: _losses(folder) for name, folder in folders.items()}
    assert len(curves["whole"]) > 50
    for name in ("killed", "twice"):
        np.testing.assert_allclose(curves[name], curves["whole"], atol=2e-5)
        for key, values in _weights(folders["whole"]).items():
            np.testing.assert_allclose(_weights(folders[name])[key], values, atol=1e-5)


def _losses(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "loss.jsonl").read_text().splitlines()]


def _weights(folder: Path) -> dict[str, np.ndarray]:
    return dict(load_file(folder / "adapter_model.safetensors"))
