"""Brings Weaviate's collections and roles to what setup.json says. It may run again at any time."""

import http.client
import json
import pathlib
import ssl
import sys

FILES = pathlib.Path("/etc/semblance")


class Weaviate:
    """The REST API, with the key of the root user."""

    def __init__(self, host, port):
        context = ssl.create_default_context(cafile=str(FILES / "tls/ca.crt"))
        self.connection = http.client.HTTPSConnection(host, port, timeout=30, context=context)
        self.key = (FILES / "secrets/weaviate-key").read_text().strip()

    def ask(self, method, path, body=None, missing_is_none=False):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        self.connection.request(method, f"/v1{path}", text, headers)
        response = self.connection.getresponse()
        answer = response.read().decode()
        if response.status == 404 and missing_is_none:
            return None
        if response.status >= 300:
            raise SystemExit(f"{method} {path}: {response.status} {answer}")
        return json.loads(answer) if answer.strip() else {}


def say(message, **more):
    print(json.dumps({"level": "info", "message": message, **more}), flush=True)


def collection(weaviate, wanted):
    """Creates the collection, or adds the properties that it lacks. What cannot be changed must be as it should."""
    name = wanted["class"]
    found = weaviate.ask("GET", f"/schema/{name}", missing_is_none=True)
    if found is None:
        weaviate.ask("POST", "/schema", wanted)
        say("created collection", collection=name)
        return
    wishes = {key: wanted[key] for key in ("vectorizer", "vectorIndexType")}
    must_be(name, found, wishes)
    must_be(name, found["vectorIndexConfig"], wanted["vectorIndexConfig"])
    has = {one["name"]: one for one in found["properties"]}
    for wish in wanted["properties"]:
        existing = has.get(wish["name"])
        if existing is None:
            weaviate.ask("POST", f"/schema/{name}/properties", wish)
            say("added property", collection=name, property=wish["name"])
        else:
            must_be(f"{name}.{wish['name']}", existing, {"dataType": wish["dataType"]})


def must_be(name, found, wanted):
    for key, value in wanted.items():
        if found.get(key) != value:
            raise SystemExit(f"{name} has {key} {found.get(key)!r}, wanted {value!r}: make a new one and move the data")


def role(weaviate, name, wanted):
    """Creates the role, or gives it the missing permissions and then takes the others."""
    found = weaviate.ask("GET", f"/authz/roles/{name}", missing_is_none=True)
    if found is None:
        weaviate.ask("POST", "/authz/roles", {"name": name, "permissions": wanted})
        say("created role", role=name)
        return
    has = found["permissions"]
    missing = [one for one in wanted if one not in has]
    surplus = [one for one in has if one not in wanted]
    if missing:
        weaviate.ask("POST", f"/authz/roles/{name}/add-permissions", {"name": name, "permissions": missing})
    if surplus:
        weaviate.ask("POST", f"/authz/roles/{name}/remove-permissions", {"permissions": surplus})
    if missing or surplus:
        say("changed role", role=name, added=len(missing), removed=len(surplus))


def user(weaviate, name, wanted):
    """Gives the user its role and no other."""
    has = [one["name"] for one in weaviate.ask("GET", f"/authz/users/{name}/roles/db")]
    if wanted not in has:
        weaviate.ask("POST", f"/authz/users/{name}/assign", {"roles": [wanted], "userType": "db"})
        say("assigned role", user=name, role=wanted)
    others = [one for one in has if one != wanted]
    if others:
        weaviate.ask("POST", f"/authz/users/{name}/revoke", {"roles": others, "userType": "db"})
        say("revoked roles", user=name, roles=others)


def main():
    wanted = json.loads((FILES / "setup.json").read_text())
    weaviate = Weaviate(wanted["host"], wanted["port"])
    for one in wanted["collections"]:
        collection(weaviate, one)
    for one in wanted["clients"]:
        role(weaviate, one["name"], one["permissions"])
        user(weaviate, one["name"], one["name"])
    say("done", collections=len(wanted["collections"]), clients=len(wanted["clients"]))


if __name__ == "__main__":
    sys.exit(main())
