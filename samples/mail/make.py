#!/usr/bin/env python3
"""Writes the sample mails beside this file and expected.json: what a reader must find in each.

Everything in them is invented. The mails are put together byte by byte here, not by a mail library, so that they have the
faults of real programs; what is expected is written by hand beside each, so that no reader is checked against itself.
"""
import base64
import hashlib
import json
import pathlib
import quopri
import struct
import zlib

HERE = pathlib.Path(__file__).parent
SAMPLES = {}
TOKEN = "5f0c2a9e7b1d4c3a8e6f0b2d4c6a8e01.0a1b2c3d4e5f60718293"


def png(width=2, height=2):
    """A real picture, small."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"\xc8\x32\x32" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def b64(data):
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def qp(data):
    return quopri.encodestring(data).replace(b"\n", b"\r\n")


def word(text, charset, how="B"):
    data = text.encode(charset)
    if how == "B":
        return f"=?{charset}?B?{base64.b64encode(data).decode()}?="
    return f"=?{charset}?Q?" + "".join(f"={byte:02X}" for byte in data) + "?="


def mail(headers, body=b""):
    """Headers are (name, text or bytes); all lines end in CR LF."""
    out = b""
    for name, value in headers:
        out += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("utf-8")) + b"\r\n"
    return out + b"\r\n" + (body if isinstance(body, bytes) else body.encode("utf-8")).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def parts(boundary, *list_):
    out = b"This is a message in several parts.\r\n"
    for headers, body in list_:
        out += b"--" + boundary.encode() + b"\r\n" + mail(headers, body) + b"\r\n"
    return out + b"--" + boundary.encode() + b"--\r\n"


def file(name, data, claimed):
    return {"name": name, "claimed": claimed, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def sample(name, data, **expected):
    assert name not in SAMPLES, name
    expected.setdefault("auto", None)
    expected.setdefault("bounce", None)
    expected.setdefault("mark", None)
    expected.setdefault("files", [])
    SAMPLES[name] = (data, expected)


BASE = [
    ("Date", "Tue, 10 Mar 2026 09:58:12 +0800"),
    ("MIME-Version", "1.0"),
]
TO = ("To", "complaints@company.example")
PHOTO = png()

# ---- charsets -------------------------------------------------------------------------------------------------------------
text = "您好：\n\n我们3月2日收到的水泵（订单号 A-20260302-17）今天开始漏油，请尽快派人来看。\n\n张伟\n13800000000\n"
whole = text.strip()
for label, charset in [("gb2312", "gb2312"), ("gbk", "gbk"), ("gb18030", "gb18030")]:
    sample(
        f"charset-{label}",
        mail(BASE + [
            ("From", f"{word('张伟', charset)} <zhang.wei@customer.example>"), TO, ("Message-ID", f"<{label}.1@customer.example>"),
            ("Subject", word("水泵漏油，订单 A-20260302-17", charset)),
            ("Content-Type", f'text/plain; charset="{label}"'), ("Content-Transfer-Encoding", "base64")], b64(text.encode(charset))),
        subject="水泵漏油，订单 A-20260302-17", **{"from": ["zhang.wei@customer.example", "张伟"]}, to=["complaints@company.example"],
        message_id=f"{label}.1@customer.example", date="2026-03-10T09:58:12+08:00", text=whole, fresh=whole)

rare = "您好，我是朱镕伟，住㙍镇，买的泵花了€120，坏了。"
sample("charset-gb2312-with-gb18030-characters",
       mail(BASE + [("From", "zhu@customer.example"), TO, ("Subject", "=?gb2312?B?" + base64.b64encode("朱镕伟的投诉".encode("gbk")).decode() + "?="),
                    ("Content-Type", "text/plain; charset=gb2312"), ("Content-Transfer-Encoding", "8bit")], rare.encode("gb18030")),
       subject="朱镕伟的投诉", text=rare, fresh=rare)

trad = "您好：我們上週收到的水泵漏油，訂單編號 B-77，請盡快處理。\n\n陳小姐"
sample("charset-big5",
       mail(BASE + [("From", f"{word('陳小姐', 'big5')} <chen@customer.example>"), TO, ("Subject", word("水泵漏油", "big5", "Q")),
                    ("Content-Type", "text/plain; charset=big5"), ("Content-Transfer-Encoding", "quoted-printable")], qp(trad.encode("big5"))),
       subject="水泵漏油", **{"from": ["chen@customer.example", "陳小姐"]}, text=trad, fresh=trad)

sample("charset-declared-latin-1-but-gbk",
       mail(BASE + [("From", b"\"" + "张伟".encode("gbk") + b"\" <zhang.wei@customer.example>"), TO, ("Subject", "水泵漏油，请处理".encode("gbk")),
                    ("Content-Type", "text/plain; charset=iso-8859-1"), ("Content-Transfer-Encoding", "8bit")], text.encode("gbk")),
       subject="水泵漏油，请处理", **{"from": ["zhang.wei@customer.example", "张伟"]}, text=whole, fresh=whole)

sample("charset-declared-ascii-but-big5",
       mail(BASE + [("From", "chen@customer.example"), TO, ("Subject", "水泵漏油，請儘快處理".encode("big5")),
                    ("Content-Type", "text/plain; charset=us-ascii"), ("Content-Transfer-Encoding", "8bit")], trad.encode("big5")),
       subject="水泵漏油，請儘快處理", text=trad, fresh=trad)

sample("charset-declared-utf-8-but-gbk",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "pump"),
                    ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "base64")], b64(text.encode("gbk"))),
       subject="pump", text=whole, fresh=whole)

sample("charset-missing-gbk-no-mime",
       b"From: zhang.wei@customer.example\r\nTo: complaints@company.example\r\nSubject: " + "投诉水泵质量问题".encode("gbk")
       + b"\r\n\r\n" + text.encode("gbk").replace(b"\n", b"\r\n"),
       subject="投诉水泵质量问题", text=whole, fresh=whole, date=None, message_id=None)

japanese = "お世話になっております。ポンプから油が漏れています。至急ご対応ください。"
sample("charset-iso-2022-jp",
       mail(BASE + [("From", f"{word('田中', 'iso-2022-jp')} <tanaka@customer.example>"), TO, ("Subject", word("ポンプの不具合", "iso-2022-jp")),
                    ("Content-Type", "text/plain; charset=ISO-2022-JP"), ("Content-Transfer-Encoding", "7bit")], japanese.encode("iso-2022-jp")),
       subject="ポンプの不具合", **{"from": ["tanaka@customer.example", "田中"]}, text=japanese, fresh=japanese)

seven = "水泵漏油，请处理"
shifted = bytes(byte & 0x7F for byte in seven.encode("gb2312"))
sample("charset-iso-2022-cn",
       mail(BASE + [("From", "li@customer.example"), TO, ("Subject", "ISO-2022-CN"),
                    ("Content-Type", "text/plain; charset=ISO-2022-CN")], b"\x1b$)A\x0e" + shifted + b"\x0f A-17\n"),
       subject="ISO-2022-CN", text=seven + " A-17", fresh=seven + " A-17")
sample("charset-hz",
       mail(BASE + [("From", "li@customer.example"), TO, ("Subject", "HZ"),
                    ("Content-Type", "text/plain; charset=HZ-GB-2312")], seven.encode("hz") + b" A-17\n"),
       subject="HZ", text=seven + " A-17", fresh=seven + " A-17")

sample("charset-utf-16",
       mail(BASE + [("From", "li@customer.example"), TO, ("Subject", "UTF-16"),
                    ("Content-Type", "text/plain; charset=utf-16"), ("Content-Transfer-Encoding", "base64")], b64(text.encode("utf-16-be"))),
       subject="UTF-16", text=whole, fresh=whole)

russian = "Здравствуйте, насос течёт, номер заказа A-17."
sample("charset-koi8-r",
       mail(BASE + [("From", f"{word('Иванов', 'koi8-r')} <ivanov@customer.example>"), TO, ("Subject", word("Насос течёт", "koi8-r", "Q")),
                    ("Content-Type", "text/plain; charset=koi8-r"), ("Content-Transfer-Encoding", "8bit")], russian.encode("koi8-r")),
       subject="Насос течёт", **{"from": ["ivanov@customer.example", "Иванов"]}, text=russian, fresh=russian)

# ---- headers --------------------------------------------------------------------------------------------------------------
cut = "水泵漏油，订单号二〇二六".encode("utf-8")
sample("header-word-cut-within-a-character",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO,
                    ("Subject", f"Re: =?UTF-8?B?{base64.b64encode(cut[:10]).decode()}?=\r\n =?utf-8?B?{base64.b64encode(cut[10:25]).decode()}?=\r\n\t=?utf-8?Q?"
                     + "".join(f"={byte:02X}" for byte in cut[25:]) + "?= OK")], "a"),
       subject="Re: 水泵漏油，订单号二〇二六 OK", text="a", fresh="a")

sample("header-hostile",
       mail(BASE + [("From", "=?utf-8?Q?Zhang=0D=0ABcc:_victim=40x.example=00?= <zhang.wei@customer.example>"), TO,
                    ("Subject", "=?utf-8?Q?leak=0D=0AX-Evil:_1=E2=80=A8two=E2=80=AEthree=00?=")], "text\0 with NUL\r\n"),
       subject="leak X-Evil: 1 twothree", **{"from": ["zhang.wei@customer.example", "Zhang Bcc: victim@x.example"]}, text="text with NUL",
       fresh="text with NUL")

sample("header-threads-and-recipients",
       mail(BASE + [("From", "\"Zhang, Wei\" <zhang.wei@customer.example>"), ("Reply-To", f"{word('售后', 'utf-8')} <service@customer.example>"),
                    ("To", "Complaints <complaints@company.example>, other@company.example"), ("Cc", f"Group: {word('李', 'gbk')} <li@customer.example>;"),
                    ("Delivered-To", f"reply+{TOKEN}@company.example"), ("X-Original-To", "COMPLAINTS@company.example"),
                    ("Envelope-To", "box@company.example"), ("In-Reply-To", "<c@x.example>"), ("References", "<a@x.example>\r\n <b@x.example> <c@x.example>"),
                    ("Message-ID", "<d@x.example>"), ("Subject", "[KS-2026-0001] pump")], "hello"),
       **{"from": ["zhang.wei@customer.example", "Zhang, Wei"]}, reply_to=["service@customer.example", "售后"],
       to=["complaints@company.example", "other@company.example", "li@customer.example", f"reply+{TOKEN}@company.example", "box@company.example"],
       answers=["c@x.example", "b@x.example", "a@x.example"], message_id="d@x.example", subject="[KS-2026-0001] pump", text="hello", fresh="hello")

# ---- bodies ---------------------------------------------------------------------------------------------------------------
page = ("<html><head><meta charset=gbk><style>p{color:red}</style></head><body><div>您好，水泵<b>漏油</b>了。</div><div>订单：<a href=\"https://shop.example/o/17\">A-17</a></div>"
        "<div style=\"display:none\">看不见</div><table><tr><td>型号</td><td>KM-1</td></tr></table></body></html>")
shown = "您好，水泵漏油了。\n订单：A-17 (https://shop.example/o/17)\n型号\tKM-1"
sample("body-html-only-gbk",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "html"), ("Content-Type", "text/html"),
                    ("Content-Transfer-Encoding", "quoted-printable")], qp(page.encode("gbk"))),
       subject="html", text=shown, fresh=shown)

sample("body-alternative-with-picture",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", word("照片", "utf-8")), ("Content-Type", 'multipart/related; boundary="rel"')],
            parts("rel",
                  ([("Content-Type", 'multipart/alternative; boundary="alt"')], parts("alt",
                      ([("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "base64")], b64("见照片".encode())),
                      ([("Content-Type", "text/html; charset=utf-8"), ("Content-Transfer-Encoding", "base64")], b64("<p>见照片<img src=cid:p1></p>".encode())))),
                  ([("Content-Type", "image/png; name=\"=?gb2312?B?" + base64.b64encode("照片.png".encode("gb2312")).decode() + "?=\""),
                    ("Content-ID", "<p1>"), ("Content-Disposition", "inline"), ("Content-Transfer-Encoding", "base64")], b64(PHOTO)))),
       subject="照片", text="见照片", fresh="见照片", files=[file("照片.png", PHOTO, "image/png")])

sample("body-alternative-stub",
       mail(BASE + [("From", "shop@customer.example"), TO, ("Subject", "stub"), ("Content-Type", 'multipart/alternative; boundary="alt"')],
            parts("alt", ([("Content-Type", "text/plain")], "Please use an HTML reader.\n"),
                  ([("Content-Type", "text/html; charset=utf-8")], "<p>" + "水泵漏油，请处理。" * 30 + "</p>"))),
       subject="stub", text="水泵漏油，请处理。" * 30, fresh="水泵漏油，请处理。" * 30)

sample("body-several-texts-around-a-picture",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "apple"), ("Content-Type", 'multipart/mixed; boundary="Apple-Mail=_1"')],
            parts("Apple-Mail=_1", ([("Content-Type", "text/plain; charset=utf-8")], "上面\n"),
                  ([("Content-Type", "image/png; name=IMG_1.png"), ("Content-Disposition", "inline; filename=IMG_1.png"), ("Content-Transfer-Encoding", "base64")], b64(PHOTO)),
                  ([("Content-Type", "text/plain; charset=utf-8")], "下面\n\n发自我的iPhone\n"))),
       subject="apple", text="上面\n\n下面\n\n发自我的iPhone", fresh="上面\n\n下面", files=[file("IMG_1.png", PHOTO, "image/png")])

sample("body-flowed",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "flowed"), ("Content-Type", "text/plain; charset=utf-8; format=flowed")],
            "This line goes \non here.\n\n> quoted line \n> goes on\n\n-- \nZhang\n"),
       subject="flowed", text="This line goes on here.\n\n> quoted line goes on\n\n-- \nZhang", fresh="This line goes on here.")

sample("body-quoted-printable-ends-in-a-soft-break",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "soft"), ("Content-Type", 'multipart/mixed; boundary="b"')],
            b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=E6=BC=8F=E6=B2=B9=\n--b--\n"),
       subject="soft", text="漏油", fresh="漏油")

# ---- files ----------------------------------------------------------------------------------------------------------------
note = "测试".encode()
sample("files-names-in-every-way",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "names"), ("Content-Type", 'multipart/mixed; boundary="b"')],
            parts("b", ([("Content-Type", "text/plain")], "see files"),
                  ([("Content-Type", "application/pdf"), ("Content-Disposition", "attachment; filename*0*=gb2312''%BC%EC%B2%E2%B1;\r\n filename*1*=%A8%B8%E6.pdf"), ("Content-Transfer-Encoding", "base64")], b64(note)),
                  ([("Content-Type", "application/octet-stream"), ("Content-Disposition", b"attachment; filename=\"" + "报告.doc".encode("gbk") + b"\""), ("Content-Transfer-Encoding", "base64")], b64(note)),
                  ([("Content-Type", "application/octet-stream; name=\"=?utf-8?B?5Y+R56Wo?=\r\n =?utf-8?B?LnhsZ?=\""), ("Content-Disposition", "attachment"), ("Content-Transfer-Encoding", "base64")], b64(note)),
                  ([("Content-Type", "text/csv"), ("Content-Disposition", "attachment; filename=\"../../etc/pass\u202ewd.csv\"")], "a,b\n"),
                  ([("Content-Type", "image/png"), ("Content-Transfer-Encoding", "base64")], b64(PHOTO)))),
       subject="names", text="see files", fresh="see files",
       files=[file("检测报告.pdf", note, "application/pdf"), file("报告.doc", note, "application/octet-stream"), file("发票.xl", note, "application/octet-stream"),
              file(".._.._etc_passwd.csv", b"a,b\r\n", "text/csv"), file("attachment-5", PHOTO, "image/png")])

tnef = b"\x78\x9f\x3e\x22" + bytes(60)
invite = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()
sample("files-winmail-and-calendar",
       mail(BASE + [("From", "zhang.wei@customer.example"), TO, ("Subject", "outlook"), ("Content-Type", 'multipart/mixed; boundary="b"')],
            parts("b", ([("Content-Type", 'multipart/alternative; boundary="a"')], parts("a", ([("Content-Type", "text/plain")], "visit us"),
                        ([("Content-Type", "text/calendar; method=REQUEST"), ("Content-Transfer-Encoding", "base64")], b64(invite)))),
                  ([("Content-Type", "application/ms-tnef; name=winmail.dat"), ("Content-Transfer-Encoding", "base64")], b64(tnef)))),
       subject="outlook", text="visit us", fresh="visit us",
       files=[file("attachment-1", invite, "text/calendar"), file("winmail.dat", tnef, "application/ms-tnef")])

inner = mail([("From", f"{word('客户', 'gbk')} <buyer@customer.example>"), ("Date", "Mon, 9 Mar 2026 08:00:00 +0800"), ("Subject", word("水泵漏油", "gbk")),
              ("Message-ID", "<inner@customer.example>"), ("Content-Type", "text/plain; charset=gbk")], "原来的内容".encode("gbk"))
forwarded = ("请处理\n\n---------- Forwarded message ----------\nFrom: 客户 <buyer@customer.example>\nDate: Mon, 9 Mar 2026 08:00:00 +0800\n"
             "Subject: 水泵漏油\n\n原来的内容")
sample("files-forwarded-message",
       mail(BASE + [("From", "dealer@customer.example"), TO, ("Subject", "Fw"), ("Content-Type", 'multipart/mixed; boundary="b"')],
            parts("b", ([("Content-Type", "text/plain; charset=utf-8")], "请处理"), ([("Content-Type", "message/rfc822")], inner))),
       subject="Fw", text=forwarded, fresh="请处理", files=[file("水泵漏油.eml", inner, "message/rfc822")])
sample("files-forwarded-message-in-base64",
       mail(BASE + [("From", "dealer@customer.example"), TO, ("Subject", "Fw"), ("Content-Type", 'multipart/mixed; boundary="b"')],
            parts("b", ([("Content-Type", "text/plain; charset=utf-8")], "请处理"),
                  ([("Content-Type", "message/rfc822; name=a.eml"), ("Content-Transfer-Encoding", "base64")], b64(inner)))),
       subject="Fw", text=forwarded, fresh="请处理", files=[file("a.eml", inner, "message/rfc822")])

# ---- answers --------------------------------------------------------------------------------------------------------------
ours = f"编号 KS-2026-0001 的投诉已经受理。\n[kesu:{TOKEN}]"


def answer(name, headers, body, fresh, kind="text/plain; charset=utf-8", **expected):
    sample(f"answer-{name}", mail(BASE + [("From", "zhang.wei@customer.example"), TO] + headers + [("Content-Type", kind)], body),
           fresh=fresh, mark=TOKEN, **expected)


answer("qq", [("Subject", word("回复：[KS-2026-0001] 受理通知", "utf-8")), ("X-Mailer", "QQMail 2.x")],
       "<div>还是漏油，请再来一次。</div><div><br></div><div>张伟</div><div style=\"font-size:12px\">------------------&nbsp;原始邮件&nbsp;------------------</div>"
       "<div><b>发件人:</b> \"客服\" &lt;kesu@company.example&gt;;</div><div><b>发送时间:</b> 2026年3月10日(星期二) 上午9:00</div><div><b>主题:</b> 受理</div>"
       f"<div>编号 KS-2026-0001 的投诉已经受理。<span style=\"display:none\">[kesu:{TOKEN}]</span></div>",
       "还是漏油，请再来一次。\n\n张伟", "text/html; charset=utf-8")
answer("163", [("Subject", "Re: x")], f"还是漏油。\n\n\n\n\n在 2026-03-10 09:00:00，\"客服\" <kesu@company.example> 写道：\n\n{ours}\n", "还是漏油。")
answer("netease-new", [("Subject", "Re: x")],
       f"还是漏油。\n\n---- 回复的原邮件 ----\n| 发件人 | 客服<kesu@company.example> |\n| 日期 | 2026年03月10日 09:00 |\n{ours}\n", "还是漏油。")
answer("outlook-zh", [("Subject", "答复: x")],
       f"还是漏油。\n\n此致\n张伟\n\n发件人: 客服 <kesu@company.example>\n发送时间: 2026年3月10日 9:00\n收件人: 张伟 <zhang.wei@customer.example>\n主题: x\n\n{ours}\n",
       "还是漏油。\n\n此致\n张伟")
answer("foxmail", [("Subject", word("回复: x", "gbk"))],
       f"<div>还是漏油。</div><blockquote style=\"margin-top:0\"><div>发件人：客服</div><div>发送时间：2026-03-10</div><div>主题：x</div><div>{ours}</div></blockquote>",
       "还是漏油。", "text/html; charset=utf-8")
answer("iphone-zh", [("Subject", "Re: x")],
       "还是漏油。\n\n发自我的iPhone\n\n> 在 2026年3月10日，09:00，客服 <kesu@company.example> 写道：\n> \n> " + ours.replace("\n", "\n> ") + "\n", "还是漏油。")
answer("gmail-zh-hant", [("Subject", "Re: x")],
       f"<div dir=\"ltr\">還是漏油。</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">客服 &lt;kesu@company.example&gt; 於 2026年3月10日 週二 上午9:00寫道：<br></div>"
       f"<blockquote class=\"gmail_quote\">{ours}</blockquote></div>", "還是漏油。", "text/html; charset=utf-8")
answer("outlook-zh-hant", [("Subject", "RE: x")],
       f"還是漏油。\n\n________________________________\n寄件者: 客服 <kesu@company.example>\n寄件日期: 2026年3月10日\n收件者: 張偉\n主旨: x\n\n{ours}\n", "還是漏油。")
answer("outlook-en", [("Subject", "RE: x")],
       f"Still leaking.\n\n-----Original Message-----\nFrom: Kesu <kesu@company.example>\nSent: Tuesday\nTo: Zhang\nSubject: x\n\n{ours}\n", "Still leaking.")
answer("gmail-en-between", [("Subject", "Re: x")],
       f"On Tue, Mar 10, 2026 at 9:00 AM Kesu\n<kesu@company.example> wrote:\n> {ours.splitlines()[0]}\n\nStill leaking.\n\n> {ours.splitlines()[1]}\n\nPlease come.\n\n-- \nZhang Wei\n",
       f"Still leaking.\n\n> {ours.splitlines()[1]}\n\nPlease come.")
answer("german", [("Subject", "AW: x")],
       f"Die Pumpe leckt noch.\n\nVon: Kesu <kesu@company.example>\nGesendet: Dienstag, 10. März 2026\nAn: Zhang\nBetreff: x\n\n{ours}\n", "Die Pumpe leckt noch.")
answer("outlook-html-header", [("Subject", "RE: x")],
       f"<p>Still leaking.</p><div id=\"divRplyFwdMsg\"><b>From:</b> Kesu<br></div><div>{ours}</div>", "Still leaking.", "text/html; charset=utf-8")

# ---- machines -------------------------------------------------------------------------------------------------------------
sample("auto-out-of-office",
       mail(BASE + [("Return-Path", "<>"), ("From", "li@customer.example"), TO, ("Subject", word("自动回复: 受理通知", "utf-8")), ("Auto-Submitted", "auto-replied"),
                    ("X-Auto-Response-Suppress", "All")], "我在休假。"),
       subject="自动回复: 受理通知", text="我在休假。", fresh="我在休假。", auto="auto_submitted")
sample("auto-our-own",
       mail(BASE + [("From", "kesu@company.example"), TO, ("X-Kesu-Letter", "acknowledged"), ("Auto-Submitted", "auto-generated"), ("Subject", "own")], ours),
       subject="own", auto="own", mark=TOKEN)
sample("auto-list",
       mail(BASE + [("From", "news@shop.example"), TO, ("List-Unsubscribe", "<mailto:out@shop.example>"), ("Subject", "news")], "news"),
       subject="news", text="news", fresh="news", auto="list")

letter = mail([("From", "kesu@company.example"), ("To", "gone@customer.example"), ("Message-ID", "<letter.7@company.example>"), ("Subject", "x")], ours)
status = b"Reporting-MTA: dns; mx.customer.example\r\n\r\nFinal-Recipient: rfc822; gone@customer.example\r\nAction: failed\r\nStatus: 5.1.1 (unknown)\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n"
sample("bounce-standard",
       mail(BASE + [("Return-Path", "<>"), ("From", "MAILER-DAEMON (Mail Delivery System)"), TO, ("Subject", "Undelivered Mail Returned to Sender"),
                    ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"')],
            parts("b", ([("Content-Type", "text/plain")], "could not be delivered"), ([("Content-Type", "message/delivery-status")], status),
                  ([("Content-Type", "message/rfc822")], letter))),
       subject="Undelivered Mail Returned to Sender", auto="daemon", mark=TOKEN,
       bounce={"recipient": "gone@customer.example", "status": "5.1.1", "permanent": True, "letter": "letter.7@company.example"}, files=None)
sample("bounce-delayed-with-headers-only",
       mail(BASE + [("Return-Path", "<>"), ("From", "postmaster@mx.example"), TO, ("Subject", "Delayed"),
                    ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"')],
            parts("b", ([("Content-Type", "text/plain")], "not yet"),
                  ([("Content-Type", "message/delivery-status")], b"Reporting-MTA: dns; mx.example\n\nOriginal-Recipient: rfc822;full@customer.example\nFinal-Recipient: rfc822;box@mx.example\nAction: delayed\nStatus: 4.2.2\n"),
                  ([("Content-Type", "text/rfc822-headers")], b"Message-ID: <letter.8@company.example>\nSubject: x\n"))),
       subject="Delayed", auto="daemon", bounce={"recipient": "full@customer.example", "status": "4.2.2", "permanent": False, "letter": "letter.8@company.example"}, files=None)
sample("bounce-qq",
       mail(BASE + [("From", "PostMaster@qq.example"), TO, ("Subject", word("系统退信/Systems bounce", "gb18030")), ("Content-Type", "text/html; charset=gb18030"),
                    ("Content-Transfer-Encoding", "base64")], b64("<p>抱歉，您的邮件被退回来了……</p><p>收件人 gone@qq.example 不存在</p>".encode("gb18030"))),
       subject="系统退信/Systems bounce", auto="daemon", text="抱歉，您的邮件被退回来了……\n\n收件人 gone@qq.example 不存在")
sample("bounce-exim",
       mail(BASE + [("Return-path", "<>"), ("From", "Mail Delivery System <Mailer-Daemon@mx.example>"), ("X-Failed-Recipients", "gone@customer.example"), TO,
                    ("Subject", "Mail delivery failed: returning message to sender")], "gone@customer.example: unknown user"),
       auto="daemon", bounce={"recipient": "gone@customer.example", "status": None, "permanent": True, "letter": None})

# ---- what cannot be read --------------------------------------------------------------------------------------------------
deep = b"Subject: deep\r\n"
for level in range(40):
    deep += f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode()
SAMPLES["refused-too-deep"] = (deep + b"\r\nx\r\n", {"unreadable": "too_deep"})
SAMPLES["refused-no-message"] = ("这不是邮件\n".encode(), {"unreadable": "not_a_message"})
SAMPLES["refused-empty"] = (b"\r\n", {"unreadable": "empty"})

for old in HERE.glob("*.eml"):
    old.unlink()
for name, (data, _) in SAMPLES.items():
    (HERE / f"{name}.eml").write_bytes(data)
expected = {name: expected for name, (_, expected) in sorted(SAMPLES.items())}
(HERE / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
print(len(SAMPLES), "samples")
