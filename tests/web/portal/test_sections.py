"""A notice's own headings become titles one can point at."""

from ggzy.web.portal.sections import sections


def test_numbered_lines_become_titles():
    found = sections("<p>引言</p><p>一、项目概况：</p><p>甲</p><p>二、资格要求</p><p>乙</p>")
    assert [(part.anchor, part.title, part.html) for part in found] == [
        ("s1", "", "<p>引言</p>"),
        ("s2", "一、项目概况", "<p>甲</p>"),
        ("s3", "二、资格要求", "<p>乙</p>"),
    ]


def test_marked_headings_become_titles_without_their_mark_up():
    assert [part.title for part in sections("<h3><b>一、概况</b></h3><p>甲</p>")] == ["一、概况"]


def test_a_sentence_that_begins_with_a_number_stays_a_sentence():
    long = "一、" + "本项目已由有关部门批准建设" * 4
    assert [part.title for part in sections(f"<p>{long}</p>")] == [""]


def test_text_without_headings_is_one_section():
    assert [part.html for part in sections("<p>甲</p><p>乙</p>")] == ["<p>甲</p><p>乙</p>"]


def test_no_text_has_no_sections():
    assert sections("") == []
    assert sections("<p> </p>") == []
