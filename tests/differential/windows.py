"""NTLM and SPNEGO tokens that pyspnego makes, whole and damaged, read by it and by us.

    windows.py PROGRAM [SEED]...

PROGRAM prints our reading as JSON lines. Whole tokens must be read without a complaint and field by
field alike. Of damaged ones, what pyspnego can read must at least be read as the same kind of message:
further it is no measure, since it goes by what lies in the bytes where we go by the flags (MS-NLMP
2.2.2.5), takes bytes beyond ASCII for Latin-1, and counts object identifiers from a first arc of 3.
"""

import base64
import json
import random
import subprocess
import sys

import spnego._ntlm_raw.messages as ntlm
import spnego._spnego as negotiation

ROUNDS = 4000
SEEDS = [1, 4178]
MECHANISMS = {
    "1.2.840.113554.1.2.2": "Kerberos",
    "1.2.840.48018.1.2.2": "MicrosoftKerberos",
    "1.3.6.1.4.1.311.2.2.10": "Ntlm",
    "1.3.6.1.4.1.311.2.2.30": "NegoEx",
    "1.3.6.1.5.2.5": "Iakerb",
}
STATES = ["AcceptCompleted", "AcceptIncomplete", "Reject", "RequestMic"]
FLAGS = ntlm.NegotiateFlags
AV = ntlm.AvId


def name(chance):
    return chance.choice(["", "CORP", "Straße", "server.corp.test", "ab", "名前"])


def version(chance):
    return ntlm.Version(chance.randrange(11), chance.randrange(4), chance.randrange(30000), 15)


def file_time(chance):
    return ntlm.FileTime.unpack(chance.randrange(130_000_000_000_000_000, 134_000_000_000_000_000).to_bytes(8, "little"))


def target_info(chance):
    info = ntlm.TargetInfo()
    for kind in (AV(1), AV(2), AV(3), AV(4), AV(5), AV(9)):
        if chance.random() < 0.6:
            info[kind] = name(chance)
    if chance.random() < 0.5:
        info[AV(7)] = file_time(chance)
    if chance.random() < 0.5:
        info[AV(6)] = ntlm.AvFlags(chance.choice([1, 2, 3]))
    return info


def message(chance):
    flags = FLAGS.unicode | FLAGS.ntlm | FLAGS.request_target
    if chance.random() < 0.5:
        flags |= FLAGS.extended_session_security
    kind = chance.randrange(3)
    ver = version(chance) if chance.random() < 0.6 else None
    if kind == 0:
        ascii_name = lambda: chance.choice([None, "CORP", "PC7"])
        return ntlm.Negotiate(flags, ascii_name(), ascii_name(), ver)
    if kind == 1:
        info = target_info(chance) if chance.random() < 0.8 else None
        return ntlm.Challenge(flags, chance.randbytes(8), chance.choice([None, "CORP", "SERVER"]), info, ver)
    if chance.random() < 0.3:
        nt = chance.randbytes(24)
    else:
        challenge = ntlm.NTClientChallengeV2(time_stamp=file_time(chance), client_challenge=chance.randbytes(8), av_pairs=target_info(chance))
        nt = chance.randbytes(16) + challenge.pack()
    mic = chance.randbytes(16) if ver and chance.random() < 0.5 else None
    key = chance.randbytes(16) if chance.random() < 0.5 else None
    return ntlm.Authenticate(flags, chance.choice([b"\0" * 24, chance.randbytes(24)]), nt, name(chance), name(chance), name(chance), key, ver, mic)


def token(chance):
    if chance.random() < 0.6:
        return message(chance).pack()
    inner = chance.choice([None, message(chance).pack(), b"\1" + chance.randbytes(19)])
    mic = chance.randbytes(16) if chance.random() < 0.3 else None
    if chance.random() < 0.5:
        mechanisms = chance.sample(list(MECHANISMS), chance.randrange(1, 4))
        return negotiation.NegTokenInit(mech_types=mechanisms, mech_token=inner, mech_list_mic=mic).pack()
    state = negotiation.NegState(chance.randrange(4)) if chance.random() < 0.9 else None
    return negotiation.NegTokenResp(neg_state=state, supported_mech=chance.choice([None, *MECHANISMS]), response_token=inner, mech_list_mic=mic).pack()


def shown_info(info):
    if info is None:
        return None
    info = dict(info.items())
    time = info.get(AV(7))
    return {
        "computer": info.get(AV(1)), "domain": info.get(AV(2)), "dns_computer": info.get(AV(3)), "dns_domain": info.get(AV(4)),
        "dns_tree": info.get(AV(5)), "flags": int(info[AV(6)]) if AV(6) in info else None, "timestamp": milliseconds(time), "target_name": info.get(AV(9)),
    }


def milliseconds(time):
    if time is None:
        return None
    ticks = int.from_bytes(time.pack(), "little")
    return (ticks - 116_444_736_000_000_000) // 10_000


def shown_version(ver):
    return [ver.major, ver.minor, ver.build, ver.revision] if ver else None


def shown_ntlm(one):
    ver = shown_version(one.version)
    if isinstance(one, ntlm.Negotiate):
        return {"type": 1, "flags": int(one.flags), "domain": one.domain_name, "workstation": one.workstation, "version": ver}
    if isinstance(one, ntlm.Challenge):
        return {"type": 2, "flags": int(one.flags), "target_name": one.target_name, "challenge": one.server_challenge.hex(), "target_info": shown_info(one.target_info), "version": ver}
    nt = one.nt_challenge_response or b""
    if len(nt) == 0:
        proof = "none"
    elif len(nt) == 24:
        proof = "v1"
    elif len(nt) >= 44:
        challenge = ntlm.NTClientChallengeV2.unpack(nt[16:])
        proof = {"timestamp": milliseconds(challenge.time_stamp), "target_info": shown_info(challenge.av_pairs)}
    else:
        proof = len(nt)
    return {
        "type": 3, "flags": int(one.flags), "domain": one.domain_name or "", "user": one.user_name or "", "workstation": one.workstation or "",
        "key": bool(one.encrypted_random_session_key), "mic": bool(one.mic and any(one.mic)), "version": ver, "proof": proof,
    }


def shown(data):
    if data.startswith(b"NTLMSSP\0"):
        return shown_ntlm(ntlm.NTLMMessage.unpack(data))
    one = negotiation.unpack_token(data)

    def inner(octets):
        if octets is None:
            return None
        return shown_ntlm(ntlm.NTLMMessage.unpack(octets)) if octets.startswith(b"NTLMSSP\0") else len(octets)

    mechanism = lambda oid: MECHANISMS.get(oid) or f'Other("{oid}")'
    if isinstance(one, negotiation.NegTokenInit):
        hint = one.hint_name.decode() if one.hint_name else None
        return {"init": [mechanism(oid) for oid in one.mech_types], "token": inner(one.mech_token), "hint": hint, "mic": one.mech_list_mic is not None}
    state = STATES[one.neg_state.value] if one.neg_state is not None else None
    return {"resp": state, "mechanism": mechanism(one.supported_mech) if one.supported_mech else None, "token": inner(one.response_token), "mic": one.mech_list_mic is not None}


def kind(token):
    return token and (token.get("type") or ("init" if "init" in token else "resp"))


def main(program, seeds):
    differing = 0
    for seed in seeds:
        chance = random.Random(seed)
        tokens = []
        for nth in range(ROUNDS):
            data = token(chance)
            whole = nth % 2 == 0
            if not whole:
                data = bytearray(data)
                for _ in range(chance.randrange(1, 4)):
                    data[chance.randrange(len(data))] = chance.randrange(256)
                data = bytes(data)
            tokens.append((whole, data))
        lines = "".join(base64.b64encode(data).decode() + "\n" for _, data in tokens)
        ours = [json.loads(line) for line in subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.rstrip('\n').split('\n')]
        compared = 0
        for (whole, data), mine in zip(tokens, ours, strict=True):
            try:
                theirs = shown(data)
            except Exception:  # Whatever it stumbles over, it did not read the token.
                if whole:
                    raise
                continue
            compared += 1
            if whole:
                agrees = mine["token"] == theirs and not mine["violations"]
            else:
                agrees = kind(mine["token"]) == kind(theirs) or bool(mine["violations"])
            if not agrees:
                differing += 1
                if differing <= 10:
                    print(f"seed {seed}: {base64.b64encode(data).decode()}\n  ours:   {json.dumps(mine, ensure_ascii=False)}\n  theirs: {json.dumps(theirs, ensure_ascii=False)}")
        print(f"seed {seed}: {compared} of {ROUNDS} tokens compared")
    print(f"{differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [int(seed) for seed in sys.argv[2:]] or SEEDS))
