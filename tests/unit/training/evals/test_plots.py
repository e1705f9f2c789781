"""Plots as SVG text."""

from __future__ import annotations

from xml.etree import ElementTree

from fenshen.training.evals.plots import Mark, interval_plot, loss_plot


def test_an_interval_plot_is_well_formed_and_tells_its_figures() -> None:
    """Labels are escaped, each mark has a dot, and a screen reader hears every figure."""
    drawn = interval_plot("Bits & bytes", [Mark("<L0>", 1.5, 1.4, 1.6), Mark("L3", 1.0, 0.9, 1.1, "trained")])
    root = ElementTree.fromstring(drawn)
    assert len(root.findall(".//circle")) == 2
    assert "L3: 1.000 (0.900 to 1.100)" in root.attrib["aria-label"]


def test_marks_that_are_all_equal_still_have_a_scale() -> None:
    """One figure without width does not divide by zero."""
    ElementTree.fromstring(interval_plot("x", [Mark("L0", 1.0, 1.0, 1.0)]))


def test_a_loss_curve_falls_from_left_to_right() -> None:
    """Seconds run to the right and loss downwards; a single point is no curve."""
    points = [{"seconds": float(n), "loss": 4.0 - n * 0.1} for n in range(20)]
    assert ElementTree.fromstring(loss_plot("Loss", points)).findall(".//path")
    assert loss_plot("Loss", points[:1]) == ""
    assert interval_plot("x", []) == ""
