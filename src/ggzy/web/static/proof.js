// Recomputes a record's proof in the reader's own browser, from its content to the signed checkpoint.
// It shares no code with the server: plain WebCrypto, RFC 6962 hashing, RFC 9162 section 2.1.3.2, C2SP signed notes.

const steps = document.querySelector("[data-evidence]");
const verdict = document.querySelector("#verdict");

/** The evidence does not hold; the message tells the reader what differs. */
class Mismatch extends Error {}
/** The evidence cannot be had (yet); nothing is said about whether it holds. */
class Unready extends Error {}

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const isEqual = (a, b) => hex(a) === hex(b);

function demand(holds, message) {
  if (!holds) throw new Mismatch(message);
}

function base64(text, length) {
  let binary = "";
  try { binary = atob(text); } catch { /* told below */ }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  demand(typeof text === "string" && bytes.length === length, gettext("平台给出的数据残缺，无法计算"));
  return bytes;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}
/** Letters of an Ed25519 signature line in base64: key id and signature; lines of other kinds are passed over. */
const ED25519_LINE = 92;
const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1), END = Uint8Array.of(0);

/** Canonical JSON (RFC 8785) of what records and events hold: texts, whole numbers, yes and no, objects, lists. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function parse(text) {
  try { return JSON.parse(text); } catch { throw new Mismatch(gettext("平台给出的内容不是完整的 JSON")); }
}

/** The root to which an inclusion path leads (RFC 9162, 2.1.3.2); index and size are whole numbers below 2^53. */
async function rootOf(hash, index, size, path) {
  demand(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size, gettext("条目的位置超出了这棵树"));
  let node = index, last = size - 1, root = hash;
  for (const text of path) {
    const sibling = base64(text, 32);
    demand(last > 0, gettext("证明路径过长"));
    if (node % 2 === 1 || node === last) {
      root = await sha256(NODE, sibling, root);
      while (node % 2 === 0 && node !== 0) { node /= 2; last = Math.floor(last / 2); }
    } else {
      root = await sha256(NODE, root, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  demand(last === 0, gettext("证明路径过短"));
  return root;
}

async function fetched(address) {
  let answer;
  try { answer = await fetch(address, { cache: "no-store" }); } catch { throw new Unready(gettext("没有连上平台")); }
  if (!answer.ok) throw new Unready(gettext("%s 没有给出数据（%s）", address, answer.status));
  return answer.text();
}

/** Step 1: the fingerprint of the public content and of the record that holds it. */
async function recordLeaf({ record }, served) {
  const { content, salt, ...facts } = record;
  const shown = parse(served);
  for (const name of ["data_set", "key", "source", "version", "withdrawn"])
    demand(shown[name] === facts[name], gettext("平台公开的 %s 与存证的不同", name));
  demand(canonical(shown.data) === canonical(parse(content)), gettext("平台公开的内容与存证的内容不同"));
  const part = await sha256(base64(salt, 16), utf8(content));
  const entry = canonical({ ...facts, public: btoa(String.fromCharCode(...part)) });
  return sha256(LEAF, utf8("ggzy-rec/1"), END, utf8(entry));
}

/** Step 2: from the record to the root of the batch in which it came. */
async function batchRoot({ batch }, leaf) {
  const root = await rootOf(leaf, batch.index, batch.size, batch.path);
  demand(isEqual(root, base64(batch.root, 32)), gettext("算出的总指纹与这一批登记的不同"));
  return root;
}

/** Step 3: the event says this root, the log's entry commits to the event. */
async function logLeaf({ event, batch }) {
  const { body } = parse(event.json);
  demand(body?.root === batch.root, gettext("收到这一批的事件里写的是另一个总指纹"));
  const commitment = await sha256(utf8("ggzy-ev/1"), END, base64(event.salt, 32), await sha256(utf8(event.json)));
  demand(isEqual(commitment, base64(parse(event.entry).c, 32)), gettext("日志条目承诺的不是这个事件"));
  return sha256(LEAF, utf8(event.entry));
}

/** A signed note taken apart: its text and the signature lines under it (c2sp.org/signed-note). */
function opened(note) {
  const end = note.lastIndexOf("\n\n");
  demand(end > 0 && note.endsWith("\n"), gettext("检查点残缺"));
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  const signatures = note.slice(end + 2, -1).split("\n").map((line) => line.split(" "));
  return { text, origin, size: Number(size), root, signatures };
}

/** Step 4: from the entry to the root of the whole log. */
async function logRoot({ log }, leaf, checkpoint) {
  const root = await rootOf(leaf, log.index, checkpoint.size, log.path);
  demand(isEqual(root, base64(checkpoint.root, 32)), gettext("算出的树根与检查点里的不同"));
  return root;
}

/** Step 5: the checkpoint is of this year's log and signed with its published key; false when it cannot be checked. */
async function isSigned({ log }, checkpoint, vkey) {
  const [name, id, ...rest] = vkey.trim().split("+");
  const key = base64(rest.join("+"), 33);
  demand(key[0] === 1, gettext("公布的验证密钥不是 Ed25519"));
  demand(hex((await sha256(utf8(`${name}\n`), key)).slice(0, 4)) === id, gettext("公布的验证密钥与它的编号不符"));
  demand(name === checkpoint.origin && name.endsWith(`/evidence/${log.year}`), gettext("检查点属于另一本日志"));
  const lines = checkpoint.signatures
    .filter(([dash, signer, encoded]) => dash === "—" && signer === name && encoded?.length === ED25519_LINE).map((line) => base64(line[2], 68));
  const line = lines.find((bytes) => hex(bytes.slice(0, 4)) === id);
  demand(line, gettext("检查点上没有这把密钥的签名"));
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return false;
  }
  demand(await crypto.subtle.verify("Ed25519", imported, line.slice(4), utf8(checkpoint.text)), gettext("检查点的签名无效"));
  return true;
}

function show(tone, words) {
  verdict.className = `notebox block ${tone}`;
  verdict.textContent = words;
}

/** Do one step on the page: its value and a check mark, or what is wrong. */
async function step(name, work) {
  const item = steps.querySelector(`[data-step="${name}"]`);
  try {
    const { value, mark = "checked" } = await work();
    item.querySelector("[data-value]").textContent = value;
    item.classList.add(mark);
  } catch (error) {
    const reason = error instanceof Mismatch || error instanceof Unready ? error.message : gettext("平台给出的存证数据缺少必要的部分");
    if (!(error instanceof Unready)) item.classList.add("failed");
    item.querySelector("[data-value]").textContent = reason;
    error.told = error instanceof Unready ? reason : gettext("“%s”：%s。", item.querySelector("h3").textContent, reason);
    throw error;
  }
}

async function check() {
  const address = steps.dataset.evidence;
  const [evidence, served] = (await Promise.all([fetched(address), fetched(steps.dataset.record)]));
  const found = JSON.parse(evidence);
  if (found.log === null) throw new Unready("");
  let leaf, entry, checkpoint, isChecked;
  await step("record", async () => ({ value: hex(leaf = await recordLeaf(found, served)) }));
  const content = steps.querySelector("[data-content]");
  content.textContent = JSON.stringify(JSON.parse(found.record.content), null, 2);
  content.closest("details").hidden = false;
  await step("batch", async () => ({ value: hex(await batchRoot(found, leaf)) }));
  await step("leaf", async () => ({ value: hex(entry = await logLeaf(found)) }));
  await step("root", async () => {
    checkpoint = opened(found.log.checkpoint);
    return { value: hex(await logRoot(found, entry, checkpoint)) };
  });
  await step("checkpoint", async () => {
    const vkey = await fetched(`/evidence/${Number(found.log.year)}/vkey`);
    isChecked = await isSigned(found, checkpoint, vkey);
    const facts = gettext("%s，共 %s 条，验证密钥 %s", checkpoint.origin, checkpoint.size, vkey.trim());
    return isChecked ? { value: facts } : { value: gettext("签名没有核对：这个浏览器不支持 Ed25519。%s", facts), mark: "unchecked" };
  });
  show("good", isChecked ? verdict.dataset.good : verdict.dataset.partly);
}

show("", verdict.dataset.waiting);
if (!globalThis.crypto?.subtle) {
  show("attention", verdict.dataset.unable);
} else {
  check().catch((error) => {
    if (error instanceof Unready) show("attention", [verdict.dataset.unready, error.message].filter(Boolean).join(" "));
    else show("bad", `${verdict.dataset.bad} ${error.told ?? gettext("平台给出的存证数据无法读取。")}`);
  });
}
