"""What the kit does to a consumer, and what it looks for. The rows of `rows/` name these acts."""

from collections.abc import Callable
from typing import Any

from appliance.cli.vendor.acts import api, asking, folder, lists, notices, results
from appliance.cli.vendor.probes import Outcome, Probe

Act = Callable[[Any, Probe], Outcome]
"""The first is the bench; some acts need that of one way to take results."""

ACTS: dict[str, Act] = {
    "hello": results.hello,
    "deliver": results.deliver,
    "altered": results.altered,
    "repeat": results.repeat,
    "disorder": results.disorder,
    "nonsense": results.nonsense,
    "box-restarts": results.box_restarts,
    "broker-restarts": results.broker_restarts,
    "hello-again": results.hello_again,
    "consumer-restarts": results.consumer_restarts,
    "killed-at-work": results.killed_at_work,
    "many": results.many,
    "stored-once": results.stored_once,
    "only-known": results.only_known,
    "ask-taken": asking.taken,
    "ask-own-id": asking.own_id,
    "ask-answered": asking.answered,
    "ask-result": asking.answer_comes,
    "ask-withdrawn": asking.withdrawn,
    "ask-refused": asking.refused,
    "ask-too-many": asking.too_many,
    "ask-again": asking.again,
    "ask-once": asking.once,
    "list-parts": lists.parts,
    "list-part-again": lists.part_again,
    "list-progress": lists.progress,
    "task-raised": notices.raised,
    "task-closed": notices.closed,
    "task-end-alone": notices.end_alone,
    "task-unknown": notices.unknown,
    "task-again": notices.again,
    "medical": notices.medical,
    "api-owed-again": api.owed_again,
    "api-unchanged": api.unchanged,
    "api-cursor": api.cursor,
    "api-too-often": api.too_often,
    "api-revoked": api.revoked,
    "face-taken": folder.face_taken,
    "face-again": folder.face_again,
    "folder-restarts": folder.consumer_restarts,
    "folder-box-restarts": folder.box_restarts,
    "folder-request": folder.request,
    "folder-own-name": folder.own_name,
    "folder-whole": folder.whole,
    "folder-result": folder.result_taken,
    "folder-withdrawn": folder.withdrawn,
    "folder-refused": folder.refused,
    "folder-list": folder.list_taken,
    "folder-once": folder.once,
    "folder-others": folder.others,
}
