#!/bin/sh
# What the browser tests need and pip cannot bring: Chromium, a font with Chinese letters, curl, and OpenSSL.
# As root on Debian and Ubuntu it installs what is missing; elsewhere it says what to install, and goes on.
set -eu

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
chinese() { command -v fc-list && fc-list :lang=zh | grep -q .; }

missing=
browser >/dev/null 2>&1 || missing="chromium"
chinese >/dev/null 2>&1 || missing="$missing fontconfig fonts-noto-cjk"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "安装浏览器测试所需的系统软件：$missing（约需一两分钟）…"
    report=$(mktemp)
    # shellcheck disable=SC2086 # a list of package names
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
         apt-get install -y -qq --no-install-recommends $missing; } </dev/null >"$report" 2>&1; then
        rm -f "$report"
        exit 0
    fi
    tail -n 3 "$report" >&2
    rm -f "$report"
fi
echo "浏览器测试缺少系统软件：$missing。请安装后重试，例如：sudo apt-get install $missing" >&2
