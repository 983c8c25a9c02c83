"""Second implementation of the formats in docs/spec/bytes.md, from the page alone: hashlib, hmac and AES-GCM.

Prints how many values of tests/vectors/core agree; exits 1 naming the first that does not.
"""
import base64, hashlib, hmac, json, os, sys, unicodedata
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

agreed = 0


def equal(name, ours, theirs):
    global agreed
    if ours != theirs:
        sys.exit(f"{name}: {ours} is not {theirs}")
    agreed += 1


def cbor(value):
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
            if number < 1 << 8 * size:
                return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    if value is True or value is False or value is None:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted((cbor(key), cbor(item)) for key, item in value.items())
    return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)


def sha256(data):
    return hashlib.sha256(data).digest()


def hn(name, data):
    return sha256(f"strongroom/{name}/v1\n".encode() + data)


def mac(hash_name, key, data):
    return hmac.new(key, data, hash_name).digest()


def expand(hash_name, prk, info, length):
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = mac(hash_name, prk, block + info + bytes([counter]))
        out, counter = out + block, counter + 1
    return out[:length]


def hkdf(hash_name, ikm, info, length, salt=b""):
    return expand(hash_name, mac(hash_name, salt, ikm), info, length)


def ident(prefix, hexadecimal):
    return prefix + "_" + base64.b32encode(bytes.fromhex(hexadecimal)).decode().rstrip("=").lower()


def crockford(data, group):
    number, length = int.from_bytes(data, "big"), -(-len(data) * 8 // 5)
    number <<= length * 5 - len(data) * 8
    text = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> 5 * (length - 1 - i) & 31] for i in range(length))
    return "-".join(text[i:i + group] for i in range(0, length, group))


def bctx(i):
    return cbor({"s": 1, "f": ident("frm", i["firm"]), "v": ident("vlt", i["vault"]), "h": ident("rom", i["room"]),
                 "r": ident("rec", i["record"]), "n": i["version"], "p": i["part"], "k": "document", "c": 2,
                 "d": ident("dev", i["device"]), "e": i["epoch"]})


def part_keys(i):
    hb = hn("bctx", bctx(i))
    okm = hkdf("sha512", bytes.fromhex(i["contentKey"]), f"strongroom/{i['part']}/v1".encode() + hb, 64)
    return okm[:32], okm[32:], hb


def check_bctx(i):
    key, commitment, hb = part_keys(i)
    return {"bctx": bctx(i).hex(), "hash": hb.hex(), "key": key.hex(), "commitment": commitment.hex()}


def check_card(i):
    key, commitment, hb = part_keys(i)
    content = cbor({"name": i["content"]})
    plain = len(content).to_bytes(4, "big") + content
    plain += bytes(-len(plain) % 256)
    nonce = bytes.fromhex(i["nonce"])
    front = b"SRC1\x01\x00" + i["epoch"].to_bytes(4, "big") + bytes.fromhex(i["record"]) + i["version"].to_bytes(4, "big")
    return {"stored": (front + nonce + commitment + AESGCM(key).encrypt(nonce, plain, hb)).hex()}


def check_body(i):
    key, _, hb = part_keys(i)
    content, random = bytes.fromhex(i["content"]), bytes.fromhex(i["random"])
    iv, nonce = random[:32], random[32:]
    parameters = b"\0\0" + (262144).to_bytes(4, "big") + (32).to_bytes(4, "big")

    def kdf(k, purpose, length):
        return mac("sha384", k, parameters + iv + purpose + hb + b"\x01")[:length]

    header = parameters + iv + kdf(key, b"HEADER_TAG:", 32)
    dek = kdf(kdf(key, b"MESSAGE_KEY:", 48), b"DEK:" + bytes(8), 32)
    size = len(content)
    if size > 1:
        e = size.bit_length() - 1
        last = e - (e.bit_length())
        size = (len(content) + (1 << last) - 1 >> last << last) if last > 0 else len(content)
    plain = content + bytes(size - len(content))
    segment = (size + 32).to_bytes(4, "big") + nonce + AESGCM(dek).encrypt(nonce, plain, bytes(8) + b"\x01")
    root = sha256(b"\x01" + sha256(b"\0" + header) + sha256(b"\0" + segment))
    return {"header": header.hex(), "segment": segment.hex(), "root": root.hex()}


def check_wrap(i):
    wctx = cbor({"s": 1, "h": bytes.fromhex(i["headerHash"]), "p": i["part"], "m": ident("rom", i["room"]), "e": i["epoch"],
                 "l": i["slot"], "g": ident("dev", i["device"])})
    hw = hn("wctx", wctx)
    okm = hkdf("sha256", bytes.fromhex(i["epochKey"]), b"sr1/wrap" + hw, 44)
    wrap = AESGCM(okm[:32]).encrypt(okm[32:], bytes.fromhex(i["contentKey"]), hw)
    sctx = cbor({"s": 1, "v": ident("vlt", i["vault"]), "l": i["slot"], "r": ident("rec", i["record"]), "n": i["version"],
                 "p": i["part"], "m": ident("rom", i["room"]), "w": hw})
    hs = hn("sctx", sctx)
    nonce = bytes.fromhex(i["nonce"])
    key = expand("sha256", bytes.fromhex(i["leafKey"]), b"sr1/seal" + hs, 32)
    return {"wctx": wctx.hex(), "wctxHash": hw.hex(), "wrap": wrap.hex(), "sctx": sctx.hex(), "sctxHash": hs.hex(),
            "sealed": (nonce + AESGCM(key).encrypt(nonce, wrap, sctx)).hex(), "opened": wrap.hex()}


def check_tree(i):
    root, dead = bytes.fromhex(i["rootSeed"]), set(i["punctured"])
    seeds = 0

    def child(seed, right):
        both = mac("sha512", seed, b"sr1/ggm/node")
        return both[32:] if right else both[:32]

    def leaf_key(slot):
        seed = root
        for bit in format(slot, "048b"):
            seed = child(seed, bit == "1")
        return mac("sha256", seed, b"sr1/ggm/leaf").hex()

    def commit(seed, depth, prefix, gone):
        nonlocal seeds
        if not gone:
            seeds += 1
            return sha256(b"\x02" + mac("sha256", seed, b"sr1/ggm/live"))
        if depth == 48:
            return bytes(32)
        halves = [[s for s in gone if s >> 47 - depth == prefix * 2 + right] for right in (0, 1)]
        left, right = (commit(child(seed, r), depth + 1, prefix * 2 + r, halves[r]) for r in (0, 1))
        return bytes(32) if left == right == bytes(32) else sha256(b"\x03" + left + right)

    def prove(slot):
        path, seed, gone = [], root, dead
        for depth in range(48):
            bit = slot >> 47 - depth & 1
            prefix = slot >> 48 - depth
            halves = [[s for s in gone if s >> 47 - depth == prefix * 2 + right] for right in (0, 1)]
            if len(gone) == 1 << 48 - depth:
                break
            path.append(commit(child(seed, 1 - bit), depth + 1, prefix * 2 + 1 - bit, halves[1 - bit]))
            seed, gone = child(seed, bit), halves[bit]
        return [sibling.hex() for sibling in reversed(path)]

    before = commit(root, 0, 0, [])
    seeds = 0
    after = commit(root, 0, 0, sorted(dead))
    count = seeds
    return {"keys": [leaf_key(slot) for slot in i["asked"]], "before": before.hex(), "after": after.hex(),
            "proof": prove(i["punctured"][0]), "seeds": count}


def check_keys(i):
    raw = {key: bytes.fromhex(value) for key, value in i.items() if key != "password"}
    person, device, invitation = ident("per", i["person"]), ident("dev", i["device"]), ident("inv", i["invitation"])
    both = raw["exportKey"] + raw["kitSecret"]
    unlock = hkdf("sha512", both, b"sr1/unlock/password" + person.encode(), 32)
    code = raw["kitHalf"] + raw["kitCode"] + raw["invitation"]
    secrets = raw["kitSecret"] + raw["kitCode"]
    password = unicodedata.normalize("NFKC", i["password"]).encode()
    opaque = hkdf("sha256", password, b"sr1/opaque/password" + person.encode(), 32, raw["kitSecret"])
    return {
        "generationKem": hkdf("sha256", raw["genSeed"], b"sr1/generation/kem", 32).hex(),
        "generationSelf": hkdf("sha256", raw["genSeed"], b"sr1/generation/self", 32).hex(),
        "generationPrevious": hkdf("sha256", raw["genSeed"], b"sr1/generation/previous", 32).hex(),
        "passwordUnlock": unlock.hex(),
        "unlockSign": hkdf("sha256", unlock, b"sr1/unlock/sign", 32).hex(),
        "unlockKem": hkdf("sha256", unlock, b"sr1/unlock/kem", 32).hex(),
        "kitUnlock": hkdf("sha512", raw["kitCode"] + raw["kitHalf"] + raw["kitSecret"], b"sr1/unlock/kit" + person.encode(), 32).hex(),
        "opaquePassword": base64.urlsafe_b64encode(opaque).decode().rstrip("="),
        "deviceFile": hkdf("sha512", both, b"sr1/device-file" + device.encode(), 32).hex(),
        "kit": crockford(secrets + hn("kit", secrets)[:3], 7),
        "invitation": crockford(code + hn("invitation", code)[:3], 6),
        "invitationSign": hkdf("sha256", raw["kitCode"], b"sr1/invitation/sign" + invitation.encode(), 32).hex(),
        "epochCommitment": mac("sha256", raw["genSeed"], b"sr1/epoch/commit" + cbor([ident("vlt", i["vault"]), ident("rom", i["room"]), 3])).hex(),
    }


def check_signature(i):
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(i["seed"]))
    return {"publicKey": key.public_key().public_bytes_raw().hex(),
            "signature": key.sign(b"strongroom/entry/v1\n" + bytes.fromhex(i["message"])).hex()}


def check_cbor(i):
    return {"bytes": cbor({"z": i["number"], "aa": i["text"], "b": [i["text"].encode(), True, None, -1], "": {}}).hex()}


checks = {"bctx": check_bctx, "card": check_card, "body": check_body, "wrap": check_wrap, "tree": check_tree,
          "keys": check_keys, "signature": check_signature, "cbor": check_cbor}

for file in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], file), encoding="utf-8") as handle:
        for vector in json.load(handle)["vectors"]:
            # HPKE and Argon2id have no second implementation here: outside vectors and the other engine check them.
            if vector["name"] in checks:
                ours = checks[vector["name"]](vector["input"])
                equal(f"{file} {vector['name']} names", sorted(ours), sorted(vector["output"]))
                for name, value in vector["output"].items():
                    equal(f"{file} {vector['name']} {name}", ours[name], value)
print(f"{agreed} values agree")
