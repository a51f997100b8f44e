"""What can be wrong with a record, in words that tell how to mend it."""

from __future__ import annotations

from .masking import MASKS, mask_text
from .model import CodeList, Condition, DataSet, Fault, Field

_SHOWN = 40


def shown(field: Field | None, value: str) -> str:
    """A value as a message may repeat it: short, personal numbers masked."""
    value = mask_text(MASKS[field.mask](value) if field is not None and field.mask else value)
    return value if len(value) <= _SHOWN else value[:_SHOWN] + f"…（共 {len(value)} 字）"


def unknown_data_set(number: str) -> Fault:
    number = number[:_SHOWN]
    text = f"没有编号为 {number} 的数据集，请对照数据规范 V2.0 的目录填写数据集编号。"
    return Fault("record.data_set_unknown", "", "数据集目录", "目录中的编号", number, text)


def malformed(reason: str, field: str = "") -> Fault:
    """The whole record cannot be read as one flat JSON object."""
    where = f"字段 {field} " if field else "报文"
    text = f"{where}无法读取：{reason}。请发送 UTF-8 编码的 JSON 对象，每个字段一个值。"
    return Fault("record.json_malformed", field, "报文格式", "UTF-8 编码的 JSON 对象", "", text)


def wrong_type(data_set: DataSet, field: Field, got: str) -> Fault:
    expected = "字符串或数字" if field.format.kind == "number" else "字符串"
    text = f"{_name(field)}应为{expected}，收到的是{got}。请改为带引号的文字。"
    return Fault("record.type_wrong", field.name, _rule(data_set, field), expected, got, text)


def missing(data_set: DataSet, field: Field, rule: str = "必填") -> Fault:
    text = f"{_name(field)}没有填写。{rule}，请补上后重新报送。"
    return Fault(
        "record.field_missing", field.name, _rule(data_set, field, rule), field.format.describe(), "", text
    )


def missing_because(data_set: DataSet, field: Field, condition: Condition, value: str) -> Fault:
    """The field is not always needed, but another field's value asks for it."""
    other = data_set.field(condition.when)
    because = (
        f"“{other.title}”为 {shown(other, value)} 时必填"
        if condition.values
        else f"填写了“{other.title}”时必填"
    )
    return missing(data_set, field, because)


def too_long(data_set: DataSet, field: Field, value: str) -> Fault:
    limit = field.format.max_length
    text = f"{_name(field)}有 {len(value)} 字，超过允许的 {limit} 字（{field.format.describe()}）。请缩短后重新报送。"
    return _ill_formed("record.field_too_long", data_set, field, value, text)


def too_short(data_set: DataSet, field: Field, value: str) -> Fault:
    text = f"{_name(field)}只有 {len(value)} 字，应{field.format.describe()}。请核对是否漏填。"
    return _ill_formed("record.field_too_short", data_set, field, value, text)


def bad_number(data_set: DataSet, field: Field, value: str) -> Fault:
    text = f"{_name(field)}不是数字：{shown(field, value)}。请只填数字，不带逗号、单位和空格。"
    return _ill_formed("record.number_malformed", data_set, field, value, text)


def big_number(data_set: DataSet, field: Field, value: str) -> Fault:
    text = f"{_name(field)}的位数超出规定（{field.format.describe()}）：{shown(field, value)}。请核对数值和单位。"
    return _ill_formed("record.number_too_long", data_set, field, value, text)


def bad_moment(data_set: DataSet, field: Field, value: str) -> Fault:
    text = f"{_name(field)}不是真实存在的日期或时间：{shown(field, value)}。应为{field.format.describe()}。"
    return _ill_formed("record.date_malformed", data_set, field, value, text)


def bad_text(data_set: DataSet, name: str) -> Fault:
    field = data_set.by_name.get(name)
    label = _name(field) if field else f"字段“{mask_text(name)[:_SHOWN]}”"
    text = f"{label}含有控制字符（如 NUL）或不完整的字符，无法保存。请删除后重新报送。"
    return Fault("record.text_malformed", name[:_SHOWN], "字符集", "可显示的文字、制表符和换行", "", text)


def unknown_code(data_set: DataSet, field: Field, codes: CodeList, value: str) -> Fault:
    some = "、".join(f"{code} {title}" for code, title in list(codes.values.items())[:12])
    expected = some + (" 等" if len(codes.values) > 12 else "")
    text = f"{_name(field)}的代码 {shown(field, value)} 不在“{codes.title}”代码表中。可用：{expected}。"
    rule = f"代码表 {codes.section} {codes.title}"
    return Fault("record.code_unknown", field.name, rule, expected, shown(field, value), text)


def bad_identifier(data_set: DataSet, field: Field, value: str) -> Fault:
    """Only ever a warning: published codes often fail their check, and armies and foreigners have none."""
    text = (
        f"{_name(field)} {shown(field, value)} 的编码形式或校验码不符合编码规则，请核对。记录已按原值接收。"
    )
    return Fault(
        "record.check_digit",
        field.name,
        field.domain or "编码规则",
        "符合编码规则的代码",
        shown(field, value),
        text,
    )


def unknown_field(data_set: DataSet, name: str) -> Fault:
    name = mask_text(name)[:_SHOWN]
    text = f"数据集 {data_set.number}（{data_set.title}）没有字段“{name}”，其值只存档、不公开。请核对字段名。"
    return Fault("record.field_unknown", name, f"V2.0 数据集 {data_set.number}", "规范中的字段名", name, text)


def _ill_formed(code: str, data_set: DataSet, field: Field, value: str, text: str) -> Fault:
    return Fault(code, field.name, _rule(data_set, field), field.format.describe(), shown(field, value), text)


def _name(field: Field) -> str:
    return f"“{field.title}”（{field.name}）"


def _rule(data_set: DataSet, field: Field, more: str = "") -> str:
    return f"V2.0 数据集 {data_set.number} {field.title} {field.notation}" + (f"，{more}" if more else "")
