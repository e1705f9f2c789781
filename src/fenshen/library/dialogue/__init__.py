"""Is a document a conversation, and who speaks in it? Decided once for every text and caption, after any reader.

    leads (numbers and channels before a name) · names (what may be a name) · stamps (times in text) → notations
    (labels of a line) → judging (which labels are speakers) → frames (lines built like those) · quoting (others' words
    inside a text) · asking (interviews) · columns (tables) → deciding (`told_apart`)

The kind of mistake it is against: somebody else's words, in a notation nobody thought of, become the creator's own. So
doubt falls on the side of a conversation, which is held until somebody says who is who. Knows nothing about formats
or the database.
"""
