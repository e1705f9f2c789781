"""Chat templates for bases whose file brings none; training and serving both take them from here.

A pretrained base has seen no conversations. What it gets should cost few tokens, end an answer with one token
that the engine stops at, and keep history as it was written. Knows nothing about models.
"""

from __future__ import annotations

#: The turn marks of the Gemma family, each one token, with a turn of its own for the persona.
GEMMA_TURNS = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' "
    "+ message['content'] + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
