// Made by `ggzy english`.
globalThis.TRANSLATIONS = {
 "%s 分钟": [
  "%s minute",
  "%s minutes"
 ],
 "%s 天": [
  "%s day",
  "%s days"
 ],
 "%s 小时": [
  "%s hour",
  "%s hours"
 ],
 "%s 条新公告 · 显示": [
  "%s new notice · Show",
  "%s new notices · Show"
 ],
 "%s 没有给出数据（%s）": "%s gave no data (%s)",
 "%s，共 %s 条，验证密钥 %s": "%s, %s entries, key %s",
 "“%s”：%s。": "“%s”: %s.",
 "不到 1 分钟": "less than 1 minute",
 "公布的验证密钥不是 Ed25519": "the published key is not Ed25519",
 "公布的验证密钥与它的编号不符": "the published key does not match its id",
 "已复制": "Copied",
 "已截止": "Closed",
 "平台公开的 %s 与存证的不同": "the platform shows another %s than the evidence holds",
 "平台公开的内容与存证的内容不同": "the platform shows other content than the evidence holds",
 "平台给出的内容不是完整的 JSON": "what the platform gave is not complete JSON",
 "平台给出的存证数据缺少必要的部分": "the platform’s evidence lacks a necessary part",
 "平台给出的数据残缺，无法计算": "the platform’s data are incomplete and cannot be computed with",
 "收到这一批的事件里写的是另一个总指纹": "the event that took the batch in names another batch root",
 "日志条目承诺的不是这个事件": "the log’s entry does not commit to this event",
 "条目的位置超出了这棵树": "the entry’s place is outside of this tree",
 "检查点上没有这把密钥的签名": "the checkpoint has no signature of this key",
 "检查点属于另一本日志": "the checkpoint is of another log",
 "检查点残缺": "the checkpoint is incomplete",
 "检查点的签名无效": "the checkpoint’s signature is invalid",
 "没有连上平台": "The platform cannot be reached",
 "签名没有核对：这个浏览器不支持 Ed25519。%s": "Signature not checked: this browser lacks Ed25519. %s",
 "算出的总指纹与这一批登记的不同": "the computed batch root is not the one on record",
 "算出的树根与检查点里的不同": "the computed root is not that of the checkpoint",
 "证明路径过短": "the proof is too short",
 "证明路径过长": "the proof is too long",
 "请手动复制": "Please copy by hand",
 "还剩 %s": "%s left"
};
