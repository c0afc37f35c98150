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
