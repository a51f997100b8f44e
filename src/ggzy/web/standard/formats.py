"""A field's format in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ggzy.standard.formats import Format

MOMENTS = {
    "date": "8 位日期，如 20260317",
    "minute": "12 位日期时间，如 202603170930",
    "datetime": "14 位日期时间，如 20260317093000",
}


def described(format: Format) -> str:
    """The format in words, such as "at most 200 characters"; in Chinese the same as the standard's own."""
    if format.kind in MOMENTS:
        return _(MOMENTS[format.kind])
    if format.kind == "number":
        whole = ngettext("数字，最多 %d 位", "数字，最多 %d 位", format.digits) % format.digits
        return whole + (_("，小数最多 %d 位") % format.decimals if format.decimals else _("，整数"))
    if format.max_length is None:
        return _("文字，长度不限")
    said = ngettext("恰好 %d 字", "恰好 %d 字", format.max_length) if format.fixed else ngettext("最多 %d 字", "最多 %d 字", format.max_length)
    return said % format.max_length
