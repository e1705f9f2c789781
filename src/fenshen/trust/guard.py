"""The creator's limits, enforced on every sentence a twin is about to say.

    sentence → plain text → contact? → shipped subjects → creator's topics → drift → Verdict

It stands outside the model: whatever the prompt, the adapter or the fan did, a forbidden sentence is not
let out. Sexual content, contact details, claims of being human, pressure and harm are always forbidden;
well-known subjects (medical, legal, financial, politics, love life) are forbidden unless the creator's
limits say otherwise. Knows nothing about models, streams or labels: the guard comes before the label.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from fenshen.trust.care import care_reply
from fenshen.trust.contact import holds_contact
from fenshen.trust.crisis import is_crisis, local_line
from fenshen.trust.drift import Window, drift_level, intimacy
from fenshen.trust.lexicon import Rules, Subject, compile_rules, intimacy_rules, subject
from fenshen.trust.limits import Limits, Topic
from fenshen.trust.minors import is_declared_minor
from fenshen.trust.normalise import Forms, language_of, match_forms
from fenshen.trust.outgoing import holds_way_to_meet, says_also
from fenshen.trust.sentences import split_sentences
from fenshen.trust.topics import topic_rules

ALWAYS = ("sexual", "harm", "identity", "pressure")
UNLESS_FINE = ("medical", "legal", "financial", "politics", "love_life")
CONTACT_ALIASES = frozenset({"home_address_and_contact", "contact", "contact_details", "address", "privacy"})
CONTACT_REPLY = {
    "en": "I don't give out contact details or addresses, mine or anyone else's.",
    "zh": "联系方式和地址我不给，谁的都不给。",
}
NEUTRAL = {
    "en": "I'll leave that one there. What else would you like to know?",
    "zh": "这个我先说到这里。你还想问点什么？",
}
_OTHER = {"you": "me", "your": "my", "me": "you", "my": "your", "i": "you", "你": "我", "我": "你"}
_NAME = re.compile(r"[a-z0-9 ]{2,60}")
_PERSON = re.compile(r"\b(?:you|your|me|my|i)\b|[你我]", re.IGNORECASE)
_ENCODED = re.compile(
    r"(?<![\w/+])(?=[A-Za-z0-9+/]{32})(?=[A-Za-z+/]*+\d)(?=[A-Z\d+/]*+[a-z])(?=[a-z\d+/]*+[A-Z])"
    r"|\b[0-9a-f]{40,}\b|(?:[.\-]{1,6}[ /]+){12}"
)
_ADMITS = re.compile(
    r"\b(ai|a i|artificial|bot|digital twin|not (a )?(human|real|person|live))\b|人工智能|ai|分身|不是(真人|本人)"
)


@dataclass(frozen=True)
class Verdict:
    """Whether a sentence may leave.

    Attributes:
        allowed: it may.
        topic: the subject that stopped it, or the careful one it touches.
        reply: what is said instead; the answer ends there.
        caution: a safety sentence to add after an allowed one.
        stops_call: the conversation should end and the creator be told.
        answers_fan: what was blocked is what the fan asked about, so `reply` is an answer to them.
    """

    allowed: bool
    topic: str | None = None
    reply: str = ""
    caution: str = ""
    stops_call: bool = False
    answers_fan: bool = False


@dataclass(frozen=True)
class FanCheck:
    """What a fan's message asks of the service before any answer is made.

    Attributes:
        kind: `crisis` (give `reply`, pause the meter, note it), `minor` (declared: give the notice and
            allow no purchase), `stop` (drift: give `reply`, end), `identity` (give `reply`, the honest
            line), `care` (a loss, or something dangerous at home: give `reply`), `topic` (a topic the creator
            never talks about: give `reply`), or None.
        reply: the text to give.
        topic: which topic.
    """

    kind: Literal["crisis", "minor", "stop", "identity", "care", "topic"] | None = None
    reply: str = ""
    topic: str | None = None


class Guard:
    """One creator's limits, compiled. Holds no state between calls.

    Args:
        limits: The creator's limits; the shipped ones apply where they are silent.
        names: The creator's, whom the twin never claims to be.
    """

    def __init__(self, limits: Limits, names: Sequence[str] = ()) -> None:
        self.limits = limits
        self._claims = _identity_claims(tuple(names))
        self._always = [(item, self._reply(item)) for item in map(subject, ALWAYS)]
        self._subjects = [(item, self._topic_of(item)) for item in map(subject, UNLESS_FINE)]
        self._topics = [topic_rules(topic) for topic in limits.topics if topic.stance != "fine"]
        self._contact_reply = next(
            (t.reply for t in limits.topics if t.name in CONTACT_ALIASES and t.reply), CONTACT_REPLY
        )

    def check_sentence(
        self, text: str, window: Window | None = None, *, language: str | None = None, before: str = ""
    ) -> Verdict:
        """Whether one sentence may leave.

        Args:
            text: The sentence, already `plain_text`.
            window: What was said before this answer, ending with the fan's message.
            language: Of the reply, `en` or `zh`; that of the fan's last message when not given.
            before: What this answer already said, so that nothing is smuggled out in pieces.
        """
        window = window or Window()
        language = language or language_of(window.last("fan") or text)
        for piece in (text, f"{before.strip()[-160:]} {text}") if before.strip() else (text,):
            verdict = self._forbidden(piece, language)
            if verdict is not None:
                return replace(verdict, answers_fan=self._is_about(verdict.topic, window.last("fan")))
        verdict = self._against_question(text, window, language, before)
        if verdict is not None:
            return verdict
        cooled = self._drifting(text, window, language)
        return cooled or self._careful(match_forms(text), window, language)

    def check_fan_message(
        self,
        text: str,
        window: Window | None = None,
        *,
        language: str | None = None,
        today: date | None = None,
    ) -> FanCheck:
        """What a fan's message asks for before any answer is made; crisis comes first.

        Args:
            text: What the fan wrote, cleaned.
            window: What was said before this message.
            language: Of the reply; that of the message when not given.
            today: Makes a year of birth an age.
        """
        language = language or language_of(text)
        forms = match_forms(text)
        if is_crisis(text):
            local = local_line(text)
            help_text = _in(self.limits.crisis or subject("crisis").reply, "en" if local else language)
            return FanCheck("crisis", f"{local} {help_text}".strip())
        if is_declared_minor(text, today):
            return FanCheck("minor", _in(subject("minor").reply, language))
        if window is not None and intimacy(text) and drift_level(window.add("fan", text)) == "stop":
            return FanCheck("stop", _in(intimacy_rules().stop, language))
        if subject("identity").asks.match_plain(forms):
            return FanCheck("identity", _in(subject("identity").reply, language))
        if (careful := care_reply(text)) is not None:
            return FanCheck("care", _in(careful, language))
        topic, reply = self._asked_topic(forms)
        return FanCheck("topic", _in(reply, language), topic) if topic else FanCheck()

    def _forbidden(self, text: str, language: str) -> Verdict | None:
        forms = match_forms(text)
        if holds_contact(text) or holds_way_to_meet(text):
            return Verdict(False, "contact", _in(self._contact_reply, language))
        for item, reply in self._always:
            if item.says.match(forms, turned=True) or says_also(item.name, forms):
                return Verdict(False, item.name, _in(reply, language))
        if self._claims is not None and self._claims.match(forms):
            return Verdict(False, "identity", _in(self._reply(subject("identity")), language))
        if _ENCODED.search(text):
            return Verdict(False, "encoded", _in(subject("harm").reply, language))
        for item, topic in self._subjects:
            stance = "never" if topic is None else topic.stance
            if stance == "never" and (item.says.match(forms) or says_also(item.name, forms)):
                name, reply = (item.name, item.reply) if topic is None else (topic.name, topic.reply)
                return Verdict(False, name, _in(reply or item.reply, language))
        for rules in self._topics:
            if rules.topic.stance == "never" and rules.is_answered(forms):
                return Verdict(False, rules.topic.name, self._topic_reply(rules.topic, language))
        return None

    def _against_question(self, text: str, window: Window, language: str, before: str) -> Verdict | None:
        question = window.last("fan")
        if not question or before.strip():
            return None
        forms = match_forms(question)
        identity = subject("identity")
        if identity.asks.match_plain(forms) and not _ADMITS.search(match_forms(text).plain):
            return Verdict(False, "identity", _in(identity.reply, language), answers_fan=True)
        topic, reply = self._asked_topic(forms)
        return Verdict(False, topic, _in(reply, language), answers_fan=True) if topic else None

    def _is_about(self, topic: str | None, question: str) -> bool:
        """Whether the fan's own words touch `topic`; a question that speaks of it as an answer would counts too."""
        if not question or topic is None:
            return False
        if topic == "contact" and holds_contact(question):
            return True
        forms = match_forms(question)
        if any(
            rules.topic.name == topic and (rules.is_asked(forms) or rules.answered.match(forms))
            for rules in self._topics
        ):
            return True
        named = [(item, item.name) for item, _ in self._always]
        named += [(item, item.name if own is None else own.name) for item, own in self._subjects]
        answered = match_forms(_from_the_other_side(question))
        return any(
            name == topic and (item.asks.match(forms) or item.says.match(forms) or item.says.match(answered))
            for item, name in named
        )

    def _asked_topic(self, forms: Forms) -> tuple[str | None, Mapping[str, str]]:
        for rules in self._topics:
            if rules.topic.stance == "never" and rules.is_asked(forms):
                return rules.topic.name, rules.topic.reply or subject("politics").reply
        for item, topic in self._subjects:
            if (topic is None or topic.stance == "never") and item.asks.match(forms):
                chosen = topic.reply if topic is not None and topic.reply else item.reply
                return (item.name if topic is None else topic.name), chosen
        return None, {}

    def _drifting(self, text: str, window: Window, language: str) -> Verdict | None:
        level = drift_level(window)
        if level == "calm" or not intimacy(text):
            return None
        if level == "stop":
            return Verdict(
                False, "drift", _in(intimacy_rules().stop, language), stops_call=True, answers_fan=True
            )
        return Verdict(False, "drift", _in(intimacy_rules().cool, language), answers_fan=True)

    def _careful(self, forms: Forms, window: Window, language: str) -> Verdict:
        question = match_forms(window.last("fan"))
        for rules in self._topics:
            topic = rules.topic
            if topic.stance != "careful" or topic.name in window.cautioned:
                continue
            if rules.asked.match(forms) or rules.answered.match(forms) or rules.asked.match(question):
                first = split_sentences(self._topic_reply(topic, language))[:1]
                return Verdict(True, topic.name, caution="".join(first))
        return Verdict(True)

    def _topic_of(self, item: Subject) -> Topic | None:
        return next((topic for topic in self.limits.topics if topic.name in item.aliases), None)

    def _reply(self, item: Subject) -> Mapping[str, str]:
        topic = self._topic_of(item)
        return topic.reply if topic is not None and topic.reply else item.reply

    @staticmethod
    def _topic_reply(topic: Topic, language: str) -> str:
        return _in(topic.reply or {"en": "I don't talk about that here.", "zh": "这个我这里不聊。"}, language)


@functools.cache
def _identity_claims(names: tuple[str, ...]) -> Rules | None:
    """Rules for "it's me, NAME"; the wordings without a name are among the shipped ones."""
    plain = [form for name in names if _NAME.fullmatch(form := match_forms(name).plain.strip())]
    if not plain:
        return None
    return compile_rules([f"its (really |actually |just |only )?me ({'|'.join(plain)})"])


def _from_the_other_side(question: str) -> str:
    """ "Should I send you money?" as the twin would say it: the rules know "send me money"."""
    return _PERSON.sub(lambda word: _OTHER[word[0].casefold()], question)


def neutral_line(language: str) -> str:
    """What is said when nothing else may be; it blames nobody and names no topic."""
    return _in(NEUTRAL, language)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")
