"""Monologue becomes dialogue: a teacher is asked which question a passage answers.

    passage → prompt → teacher → checks → question (kept on disk) → `asked` example

Source: instruction backtranslation (Li et al. 2023, "Self-Alignment with Instruction Backtranslation"):
the text of a person is the answer, and a model writes only the question.
"""
