"""Composing, publishing, sending and answering a questionnaire."""

from app.questionnaires.actions.answering import answers_of, forget_drafts, keep_draft, mark_read, submit
from app.questionnaires.actions.composing import (
    add_item,
    archive,
    bring_back,
    change_item,
    create,
    move_item,
    publish_draft,
    remove_item,
    reword,
    start_draft,
)
from app.questionnaires.actions.sending import can_reach, has_reader, send, take_back, token_of
from app.questionnaires.actions.with_services import tie, untie
from app.questionnaires.actions.writing_down import write_down

__all__ = [
    "add_item",
    "answers_of",
    "archive",
    "bring_back",
    "can_reach",
    "change_item",
    "create",
    "forget_drafts",
    "has_reader",
    "keep_draft",
    "mark_read",
    "move_item",
    "publish_draft",
    "remove_item",
    "reword",
    "send",
    "start_draft",
    "submit",
    "take_back",
    "tie",
    "token_of",
    "untie",
    "write_down",
]
