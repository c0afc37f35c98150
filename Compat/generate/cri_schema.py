"""Reads a CRI schema table (`cri-v1.tsv`) into messages, enums and services.

Rows are told apart by their number of columns: 6 a field, 1 a message without fields, 3 an enum value, 5 an RPC.
"""
import dataclasses


@dataclasses.dataclass
class Field:
    name: str
    number: int
    type: str
    label: str  # optional | repeated | map


@dataclasses.dataclass
class Schema:
    messages: dict  # name -> [Field]
    enums: dict     # name -> [(value name, number)]
    services: dict  # name -> [(rpc, request, response, kind)]


def read(path):
    schema = Schema({}, {}, {})
    with open(path, encoding="utf-8") as table:
        for line in table:
            if line.startswith("#") or not line.strip():
                continue
            row = line.rstrip("\n").split("\t")
            if len(row) == 6:
                schema.messages.setdefault(row[0], []).append(Field(row[1], int(row[2]), row[3], row[4]))
            elif len(row) == 1:
                schema.messages.setdefault(row[0], [])
            elif len(row) == 3:
                schema.enums.setdefault(row[0], []).append((row[1], int(row[2])))
            elif len(row) == 5:
                schema.services.setdefault(row[0], []).append(tuple(row[1:]))
            else:
                raise SystemExit(f"{path}: a row of {len(row)} columns: {line!r}")
    return schema


def camel(name):
    """snake_case or UPPER_CASE to lowerCamelCase; names that are camel already keep their inner capitals."""
    parts = name.split("_")
    if name.isupper():
        parts = [p.lower() for p in parts]
    first = parts[0]
    first = first.lower() if first.isupper() else first[0].lower() + first[1:]
    joined = first + "".join(p[:1].upper() + p[1:] for p in parts[1:])
    return "transport" if joined == "protocol" else joined   # a keyword in Swift


# Swift already means something by these.
RENAMED = {"Protocol": "PortProtocol", "SecurityProfile.ProfileType": "SecurityProfileType"}


def swift_type(name):
    scalars = {"string": "String", "bytes": "[UInt8]", "bool": "Bool", "int32": "Int32", "int64": "Int64",
               "uint32": "UInt32", "uint64": "UInt64", "double": "Double"}
    return scalars.get(name) or RENAMED.get(name) or name


def property_type(schema, field):
    """The Swift type of a message's property."""
    kind = swift_type(field.type)
    if field.label == "map":
        return "[String: String]"
    if field.label == "repeated":
        return f"[{kind}]"
    return f"{kind}?" if field.type in schema.messages else kind


def default_of(schema, field):
    """Proto3's default, in Swift."""
    if field.label == "map":
        return "[:]"
    if field.label == "repeated":
        return "[]"
    if field.type in schema.messages:
        return "nil"
    if field.type in schema.enums:
        return f"{swift_type(field.type)}(rawValue: 0)"
    return {"string": '""', "bytes": "[]", "bool": "false"}.get(field.type, "0")


def kind(kind):
    return {"unary": "unary", "server-stream": "serverStream"}[kind]


# Kubernetes 1.23 to 1.25 added these to v1alpha2; the table is that of 1.20.
LATE_IN_V1ALPHA2 = {"PodSandboxStats", "ListPodSandboxStats"}


def in_v1alpha2(old, service, rpc):
    """Whether `runtime.v1alpha2` ever had the call, given its table."""
    known = rpc in LATE_IN_V1ALPHA2 or any(rpc == row[0] for row in old.services[service])
    return "true" if known else "false"
