"""The national data standard (公共资源交易平台系统数据规范 V2.0) in plain Python.

All that the standard says is data (`data/`): fields, scopes, code lists, what a set means to the house.
The code reads it, checks records against it, and splits them into what the public and the government may see.
"""

from . import dealcode, identifiers, masking, numbering
from .addresses import page_address, schema_address
from .canonical import canonical
from .checking import check
from .examples import example
from .finding import find
from .formats import CHINA, moment, stamp
from .guidance import guidance
from .markets import market_of
from .masking import mask_account, mask_id, mask_phone, mask_text
from .model import Checked, CodeList, Condition, DataSet, Fault, Field, UnknownDataSet
from .registry import CODE_LISTS, DATA_SETS, VERSION, code_list, data_set, load, stages
from .schema import bundle, json_schema
from .structs import read, typed
from .versions import differences, versions
from .wiring import wired

__all__ = [
    "CHINA",
    "CODE_LISTS",
    "DATA_SETS",
    "VERSION",
    "Checked",
    "CodeList",
    "Condition",
    "DataSet",
    "Fault",
    "Field",
    "UnknownDataSet",
    "bundle",
    "canonical",
    "check",
    "code_list",
    "data_set",
    "dealcode",
    "differences",
    "example",
    "find",
    "guidance",
    "identifiers",
    "json_schema",
    "load",
    "market_of",
    "mask_account",
    "mask_id",
    "mask_phone",
    "mask_text",
    "masking",
    "moment",
    "numbering",
    "page_address",
    "read",
    "schema_address",
    "stages",
    "stamp",
    "typed",
    "versions",
    "wired",
]
