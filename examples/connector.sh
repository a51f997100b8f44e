#!/bin/sh
# A connector with curl only: first record, the same again, a correction, an attachment, a package, a withdrawal, the feed.
#   sh connector.sh http://localhost:8000 TOKEN PLATFORM_CODE [PACKAGE.zip]
# docs/connector.md explains each step. It stops at the first answer that is not the expected one.
set -eu
[ $# -ge 3 ] || { sed -n '2,4p' "$0"; exit 2; }
url=$1 token=$2 code=$3 package=${4:-}
run=$(date +%s)-$$
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# stamp: the time in China as the standard writes it
stamp() { TZ=CST-8 date +%Y%m%d%H%M%S; }

# send PATH FILE TYPE [curl options]: one request; the key makes it safe to send it again, which curl does when the platform is away
send() {
  path=$1 file=$2 type=$3
  shift 3
  curl --silent --show-error --fail-with-body --retry 5 --max-time 60 "$url$path" \
    -H "Authorization: Bearer $token" -H "Content-Type: $type" -H "Idempotency-Key: $run-$(date +%N)" \
    "$@" --data-binary "@$file"
}

# expect STEP WORD: the answer on standard input must hold the word
expect() {
  cat > "$work/answer"
  grep -q "$2" "$work/answer" || { echo "$1：没有得到 $2" >&2; cat "$work/answer" >&2; exit 1; }
  echo "$1：$2"
}

# notice KEY TITLE [MORE]: one line of data set 1900
notice() {
  now=$(stamp)
  printf '{"data_set":"1900","key":"%s","op":"1","data":{"RECORD_ID":"%s","TITLE":"%s","PUBLISH_TIME":"%s","MARKET":"02","SOURCE_PLATFORM":"示例交易系统","PLATFORM_CODE":"%s","PUB_SERVICE_PLAT_CODE":"%s","DATA_TIMESTAMP":"%s"}%s}\n' \
    "$1" "$1" "$2" "$now" "$code" "$code" "$now" "${3:-}"
}

notice "SH-$run-1" "接口示例公告一" > "$work/first.ndjson"
send /api/exchange/records "$work/first.ndjson" application/x-ndjson | expect 第一条 '"accepted"'
send /api/exchange/records "$work/first.ndjson" application/x-ndjson | expect 重复发送 '"unchanged"'

for n in 2 3 4; do notice "SH-$run-$n" "接口示例公告 $n"; done | gzip > "$work/batch.gz"
send /api/exchange/records "$work/batch.gz" application/x-ndjson -H 'Content-Encoding: gzip' | expect 批量、压缩 '"accepted":3'

sleep 1 # a correction needs a later DATA_TIMESTAMP
notice "SH-$run-1" "接口示例公告一（更正）" > "$work/corrected.ndjson"
send /api/exchange/records "$work/corrected.ndjson" application/x-ndjson | expect 更正 '"version":2'

notice "SH-$run-5" "" > "$work/wrong.ndjson"
send /api/exchange/records "$work/wrong.ndjson" application/x-ndjson | expect 缺标题 '"refused"'

printf '%%PDF-1.7 example %s' "$run" > "$work/file.pdf"
digest=$(send /api/exchange/files "$work/file.pdf" application/pdf | sed 's/.*"sha256": *"\([0-9a-f]*\)".*/\1/')
notice "SH-$run-6" "接口示例公告（有附件）" ",\"attachments\":[{\"name\":\"公告.pdf\",\"sha256\":\"$digest\"}]" > "$work/attached.ndjson"
send /api/exchange/records "$work/attached.ndjson" application/x-ndjson | expect 附件 '"accepted"'

if [ -n "$package" ]; then
  # As the senders of the national exchange do it: a form with one file. The body itself would do as well.
  curl --silent --show-error --fail-with-body "$url/api/exchange/packages" -H "Authorization: Bearer $token" \
    -F "file=@$package;type=application/zip" | expect 数据包 '"accepted"\|"unchanged"'
fi

printf '{"data_set":"1900","key":"SH-%s-2","op":"3","reason":"示例结束","data":{"DATA_TIMESTAMP":"%s"}}\n' "$run" "$(stamp)" > "$work/withdrawn.ndjson"
send /api/exchange/records "$work/withdrawn.ndjson" application/x-ndjson | expect 撤回 '"accepted"'

curl --silent --fail "$url/api/feed?after=-1" | expect 变更流 '"next":'
