"""How a template becomes English: its source is rewritten, what it shows is looked up, what people typed is left alone."""

import pytest
from jinja2 import DictLoader, Environment

from appliance.web.texts.catalogue import english
from appliance.web.texts.pages import Pages
from appliance.web.texts.source import rewritten
from tests.web.desk_world import Desk

ENGLISH = {
    "受付": "Reception",
    "閉じる": "Don't",
    "残り{{ n }}回": "{{ n }} left",
    "<b>注意</b> {{ n }}日": "<b>{{ n }} days</b> left",
    "一つ": "One",
    "二つ": "Two",
    "あり": "Yes",
    "要対応 %d人": "%d people",
}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("<h1> 受付 </h1>", "<h1> Reception </h1>"),
        ("<h1>受\n  付</h1>", "<h1>受\n  付</h1>"),
        ("<p>残り{{ n }}回</p>", "<p>{{ n }} left</p>"),
        ("<p><b>注意</b> {{ n }}日</p>", "<p><b>{{ n }} days</b> left</p>"),
        ('<a href="/a">一つ</a> <a href="/b">二つ</a>', '<a href="/a">One</a> <a href="/b">Two</a>'),
        ('<a class="button" href="/a">一つ</a>二つ', '<a class="button" href="/a">One</a>Two'),
        ('<i title="受付" value="受付">×</i>', '<i title="Reception" value="受付">×</i>'),
        (
            '<i title="{% if a %}一つ{% else %}二つ{% endif %}">',
            '<i title="{% if a %}One{% else %}Two{% endif %}">',
        ),
        ("{% if a == '受付' %}受付{% endif %}", "{% if a == '受付' %}Reception{% endif %}"),
        ("{{ '受付' if a == '受付' else '閉じる' }}", r"{{ 'Reception' if a == '受付' else 'Don\'t' }}"),
        ('{{ "要対応 %d人" | format(n) }}', '{{ "%d people" | format(n) }}'),
        ("<p>{{ a }}（{{ b }}）、{{ c }}</p>", "<p>{{ a }} ({{ b }}), {{ c }}</p>"),
        ("{# 受付 #}<p>知らない</p>", "{# 受付 #}<p>知らない</p>"),
        ('<input value="{{ a }}">', '<input value="{{ (a) | as_it_is }}">'),
        ('<form action="/x/{{ a }}">', '<form action="/x/{{ (a) | as_it_is }}">'),
        ('<p title="{{ a }}">', '<p title="{{ a }}">'),
        ("<textarea>{{ a }}</textarea>", "<textarea>{{ (a) | as_it_is }}</textarea>"),
    ],
)
def test_a_source(source: str, made: str) -> None:
    assert rewritten(source, ENGLISH.get) == made


def test_every_template_compiles_in_english(desk: Desk) -> None:
    app = desk.app()
    assert isinstance(app, Pages)
    with app.test_request_context(headers={"Cookie": "__Host-madoguchi-language=en"}):
        templates = app.jinja_env
    assert templates is not app.jinja_env
    names = templates.list_templates()
    assert len(names) > 100
    for name in names:
        templates.get_template(name)


def shown(desk: Desk, source: str, **values: object) -> str:
    app = desk.app()
    with app.test_request_context(headers={"Cookie": "__Host-madoguchi-language=en"}):
        environment: Environment = app.jinja_env.overlay(loader=DictLoader({"x.html": source}))
        return environment.get_template("x.html").render(**values)


def test_what_is_shown_is_looked_up_and_escaped(desk: Desk) -> None:
    assert shown(desk, "{{ word }}", word="有効") == english()["有効"]
    assert shown(desk, "{{ word }}", word="<b>誰か</b>") == "&lt;b&gt;誰か&lt;/b&gt;"
    assert shown(desk, '{{ words | join("、") }}', words=["有効", "<i>"]) == f"{english()['有効']}, &lt;i&gt;"


def test_what_was_typed_is_not(desk: Desk) -> None:
    assert shown(desk, '<input value="{{ word }}">', word='有効"') == '<input value="有効&#34;">'
    assert shown(desk, "<textarea>{{ word }}</textarea>", word="有効") == "<textarea>有効</textarea>"
