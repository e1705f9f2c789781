"""Chat templates of the great families of bases, reduced to what they do with plain conversations.

Each is written for these tests after what the family's own template does with system, user and assistant
messages: the marks, the line breaks, who may begin, what a thinking base writes when thinking is off.
"""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        specials: texts that are one token.
        adds_bos: the tokenizer itself puts `bos` in front, as many GGUF files ask for.
        end: what ends an answer.
        takes_system: the template has a place for a system message.
        in_one: a chain of answers can be told in one row.
    """

    template: str
    specials: tuple[str, ...]
    bos: str | None
    eos: str
    end: str
    adds_bos: bool = False
    takes_system: bool = True
    in_one: bool = True

    def tokenizer(self) -> PreTrainedTokenizerFast:
        """One token per byte, and the family's marks."""
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        made = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        made.add_special_tokens(list(self.specials))
        if self.adds_bos:
            token = self.bos or ""
            made.post_processor = processors.TemplateProcessing(
                single=f"{token} $A", special_tokens=[(token, made.token_to_id(token))]
            )
        wrapped = PreTrainedTokenizerFast(tokenizer_object=made, bos_token=self.bos, eos_token=self.eos)
        wrapped.chat_template = self.template
        return wrapped


LLAMA3 = """{{- bos_token }}
{%- if messages[0].role == 'system' %}{% set sys = messages[0].content | trim %}{% set messages = messages[1:] %}
{%- else %}{% set sys = '' %}{% endif %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\nCutting Knowledge Date: December 2023\\n\\n' + sys + '<|eot_id|>' }}
{%- for m in messages %}
{{- '<|start_header_id|>' + m.role + '<|end_header_id|>\\n\\n' + m.content | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"""

QWEN25 = """{%- if messages[0].role != 'system' %}
{{- '<|im_start|>system\\nYou are Qwen, a helpful assistant.<|im_end|>\\n' }}{% endif %}
{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{% endif %}"""

QWEN3 = """{%- set ns = namespace(last=-1) %}
{%- for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}
{%- for m in messages %}
{%- set body = m.content.split('</think>')[-1].lstrip('\\n') if '</think>' in m.content else m.content %}
{%- if m.role == 'assistant' and loop.index0 > ns.last %}
{{- '<|im_start|>assistant\\n<think>\\n\\n</think>\\n\\n' + body + '<|im_end|>\\n' }}
{%- else %}{{- '<|im_start|>' + m.role + '\\n' + body + '<|im_end|>\\n' }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}"""

GEMMA2 = """{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{%- for m in messages %}
{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}
{{- '<start_of_turn>' + ('model' if m.role == 'assistant' else m.role) + '\\n' + m.content | trim + '<end_of_turn>\\n' }}
{%- endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""

GEMMA3 = """{{ bos_token }}
{%- if messages[0].role == 'system' %}
{%- set first = messages[0].content + '\\n\\n' %}{% set messages = messages[1:] %}
{%- else %}{% set first = '' %}{% endif %}
{%- for m in messages %}
{{- '<start_of_turn>' + ('model' if m.role == 'assistant' else m.role) + '\\n' + (first if loop.first else '') }}
{{- m.content | trim + '<end_of_turn>\\n' }}
{%- endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""

MISTRAL_OLD = """{{ bos_token }}{% for m in messages %}
{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate user/assistant') }}{% endif %}
{%- if m.role == 'user' %}{{ '[INST] ' + m.content + ' [/INST]' }}
{%- else %}{{ m.content + eos_token }}{% endif %}{% endfor %}"""

MISTRAL_V3 = """{%- if messages[0].role == 'system' %}{% set sys = messages[0].content %}{% set messages = messages[1:] %}{% endif %}
{{- bos_token }}{% for m in messages %}
{%- if m.role == 'user' %}
{%- if loop.last and sys is defined %}{{- '[INST] ' + sys + '\\n\\n' + m.content + '[/INST]' }}
{%- else %}{{- '[INST] ' + m.content + '[/INST]' }}{% endif %}
{%- else %}{{- ' ' + m.content | trim + eos_token }}{% endif %}{% endfor %}"""

GLM4 = """[gMASK]<sop>{% for m in messages %}{{ '<|' + m.role + '|>\\n' + m.content }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"""

GLM45 = """[gMASK]<sop>{% for m in messages %}
{%- if m.role == 'assistant' %}{{ '<|assistant|>\\n<think></think>\\n' + m.content | trim }}
{%- else %}{{ '<|' + m.role + '|>\\n' + m.content }}
{%- if m.role == 'user' and enable_thinking is false %}{{ '/nothink' }}{% endif %}{% endif %}{% endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>' + ('\\n<think></think>' if enable_thinking is false else '') }}{% endif %}"""

_LLAMA = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|end_of_text|>")
_QWEN = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>")
_GEMMA = ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>")
_GLM = ("[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>", "<|endoftext|>", "<think>", "</think>")
_MISTRAL = ("<s>", "</s>", "[INST]", "[/INST]")

FAMILIES = {
    "llama3": Family(LLAMA3, _LLAMA, "<|begin_of_text|>", "<|eot_id|>", "<|eot_id|>", adds_bos=True),
    "qwen2.5": Family(QWEN25, _QWEN, None, "<|im_end|>", "<|im_end|>"),
    "qwen3": Family(QWEN3, _QWEN, None, "<|im_end|>", "<|im_end|>", in_one=False),
    "gemma2": Family(GEMMA2, _GEMMA, "<bos>", "<eos>", "<end_of_turn>", adds_bos=True, takes_system=False),
    "gemma3": Family(GEMMA3, _GEMMA, "<bos>", "<eos>", "<end_of_turn>", adds_bos=True),
    "mistral-old": Family(MISTRAL_OLD, ("<s>", "</s>"), "<s>", "</s>", "</s>", takes_system=False),
    "mistral-v3": Family(MISTRAL_V3, _MISTRAL, "<s>", "</s>", "</s>", adds_bos=True, in_one=False),
    "glm4": Family(GLM4, _GLM, None, "<|endoftext|>", "<|endoftext|>", in_one=False),
    "glm4.5": Family(GLM45, _GLM, None, "<|endoftext|>", "<|endoftext|>", in_one=False),
}
