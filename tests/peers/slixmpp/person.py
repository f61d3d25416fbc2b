# A person with slixmpp: what happens to them is printed, one JSON a line; what they do is asked of them over a port of their own.
import asyncio
import json
import sys

import slixmpp


def tell(kind, **more):
    print(json.dumps({"event": kind, **more}), flush=True)


class Person(slixmpp.ClientXMPP):
    def __init__(self, jid, password, server, tls, ca):
        super().__init__(jid, password)
        self.place, self.tls, self.is_over = server, tls, False
        self.ca_certs = ca
        for plugin in ("0030", "0045", "0059", "0085", "0115", "0172", "0184", "0191", "0198", "0199", "0280", "0308", "0313"):
            self.register_plugin("xep_" + plugin)
        self["xep_0184"].auto_ack = True
        self["xep_0184"].auto_request = True
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("session_resumed", lambda _: tell("resumed"))
        self.add_event_handler("sm_enabled", lambda _: tell("managed"))
        self.add_event_handler("failed_all_auth", lambda _: tell("refused"))
        self.add_event_handler("disconnected", self.cut)
        self.add_event_handler("message", self.heard)
        self.add_event_handler("message_error", self.heard)
        self.add_event_handler("receipt_received", lambda msg: tell("receipt", of=msg["receipt"], by=msg["from"].full))
        self.add_event_handler("carbon_received", lambda msg: self.copied("received", msg["carbon_received"]))
        self.add_event_handler("carbon_sent", lambda msg: self.copied("sent", msg["carbon_sent"]))
        self.add_event_handler("presence", self.seen)
        self.add_event_handler("user_nick_publish", lambda msg: tell("nick", by=msg["from"].bare, nick=msg["pubsub_event"]["items"]["item"]["nick"]["nick"]))

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        await self["xep_0280"].enable()
        tell("started", jid=self.boundjid.full, roster=sorted(self.client_roster.keys()))

    def reach(self):
        host, port = self.place.rsplit(":", 1)
        self.connect((host, int(port)), use_ssl=self.tls == "tls", force_starttls=self.tls != "tls")

    def cut(self, _):
        tell("disconnected")
        if not self.is_over:
            self.reach()

    def heard(self, msg):
        if msg["type"] == "error":
            tell("error", by=msg["from"].full, condition=msg["error"]["condition"])
        elif msg["body"]:
            tell("message", by=msg["from"].full, type=msg["type"], body=msg["body"], id=msg["id"], replaces=msg["replace"]["id"])

    def copied(self, way, msg):
        tell("copy", way=way, by=msg["from"].full, to=msg["to"].full, body=msg["body"])

    def seen(self, presence):
        tell("presence", by=presence["from"].full, type=presence["type"], status=presence["status"])

    async def do(self, what):
        kind = what["do"]
        if kind == "say":
            message = self.make_message(mto=what["to"], mbody=what["body"], mtype=what.get("type", "chat"))
            if "replaces" in what:
                message["replace"]["id"] = what["replaces"]
            message.send()
            return {"id": message["id"]}
        if kind == "show":
            self.send_presence(pshow=what.get("show"), pstatus=what.get("status"))
        elif kind == "subscribe":
            self.send_presence_subscription(pto=what["to"])
        elif kind == "join":
            await self["xep_0045"].join_muc_wait(slixmpp.JID(what["room"]), what["nick"], timeout=10, maxstanzas=what.get("history", 0))
        elif kind == "open":
            form = await self["xep_0045"].get_room_config(slixmpp.JID(what["room"]))
            form["type"] = "submit"
            await self["xep_0045"].set_room_config(slixmpp.JID(what["room"]), form)
        elif kind == "leave":
            self["xep_0045"].leave_muc(slixmpp.JID(what["room"]), what["nick"])
        elif kind == "archive":
            found = []
            jid = slixmpp.JID(what["of"]) if "of" in what else None
            asked = self["xep_0313"].retrieve(jid=jid, with_jid=slixmpp.JID(what["with"]) if "with" in what else None, rsm={"max": what.get("max", 10)}, iterator=True)
            async for page in asked:
                for msg in page["mam"]["results"]:
                    found.append(msg["mam_result"]["forwarded"]["stanza"]["body"])
            return {"bodies": found}
        elif kind == "block":
            await self["xep_0191"].block(what["who"])
        elif kind == "unblock":
            await self["xep_0191"].unblock(what["who"])
        elif kind == "nick":
            await self["xep_0172"].publish_nick(nick=what["nick"])
        elif kind == "ping":
            await self["xep_0199"].ping(slixmpp.JID(what["to"]), timeout=10)
        elif kind == "break":
            self.transport.abort()
        elif kind == "stop":
            self.is_over = True
            await self.disconnect()
        else:
            raise ValueError(kind)
        return {}

    async def serve(self, reader, writer):
        while line := await reader.readline():
            try:
                answer = {"ok": True, **await self.do(json.loads(line))}
            except Exception as error:
                answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
            writer.write((json.dumps(answer) + "\n").encode())
            await writer.drain()


jid, password, server, tls, ca, control = sys.argv[1:]
person = Person(jid, password, server, tls, ca)
person.loop.run_until_complete(asyncio.start_server(person.serve, "127.0.0.1", int(control)))
person.reach()
person.loop.run_forever()
