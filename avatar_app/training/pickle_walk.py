"""What a pickled checkpoint says, read without unpickling it.

A pickle is a program: it may call functions, and with a few bytes it may claim storages of any
size. So before PyTorch runs one, it is walked here, opcode by opcode, on a stack that holds only
constants, tuples and marks for everything else. Nothing is called and nothing is allocated. What
PyTorch writes for a dict of tensors passes; everything else is refused.
"""

import io
import pickletools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

MAX_PICKLE_BYTES = 4_000_000
"""The published checkpoints need about 100,000 with all the optimiser's state."""

_MAX_OPCODES = 400_000
_ITEM_BYTES = {
    "Double": 8,
    "Float": 4,
    "Half": 2,
    "BFloat16": 2,
    "Long": 8,
    "Int": 4,
    "Short": 2,
    "Char": 1,
    "Byte": 1,
    "Bool": 1,
}
_STORAGES = {
    f"{module} {word}Storage": size
    for module in ("torch", "torch.cuda")
    for word, size in _ITEM_BYTES.items()
}
_DICT = "collections OrderedDict"
_TENSOR = "torch._utils _rebuild_tensor_v2"
_PARAMETER = "torch._utils _rebuild_parameter"
_CONSTANTS = {"BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE", "BINFLOAT"}
_FIXED: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}


class UnfitPickleError(Exception):
    """A pickle that is damaged, or asks for more than a dict of tensors; one clause says why."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Memory that tensors lie in: ``kind`` is PyTorch's name, ``count`` the number of items."""

    kind: str
    key: str
    count: int

    @property
    def nbytes(self) -> int:
        return self.count * _STORAGES[self.kind]


@dataclass(frozen=True, slots=True)
class Walk:
    """``storages`` by key, and the number of bytes up to the end of the pickle."""

    storages: dict[str, Storage]
    end: int


class _Made(Enum):
    DICT = "dict"
    LIST = "list"
    ORDERED = "OrderedDict"
    TENSOR = "tensor"


@dataclass(frozen=True, slots=True)
class _Global:
    name: str


def walk(pickled: bytes, start: int = 0) -> Walk:
    """Reads one pickle from ``start`` to its end. Raises UnfitPickleError."""
    stream = io.BytesIO(pickled[: start + MAX_PICKLE_BYTES])
    stream.seek(start)
    machine = _Machine()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Names with stray backslashes are mere warnings.
            machine.run(stream)
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError, Warning) as error:
        raise UnfitPickleError("is damaged or not written by PyTorch") from error
    return Walk(machine.storages, stream.tell())


class _Machine:
    """The stack machine of pickle, for the opcodes that torch.save writes."""

    def __init__(self) -> None:
        self.storages: dict[str, Storage] = {}
        self._stack: list[object] = []
        self._below: list[list[object]] = []
        self._memo: dict[object, object] = {}
        self._steps: dict[str, Callable[[], None]] = {
            "MARK": self._mark,
            "EMPTY_DICT": lambda: self._stack.append(_Made.DICT),
            "EMPTY_LIST": lambda: self._stack.append(_Made.LIST),
            "TUPLE": lambda: self._tuple(self._since_mark()),
            "TUPLE1": lambda: self._tuple(self._pop(1)),
            "TUPLE2": lambda: self._tuple(self._pop(2)),
            "TUPLE3": lambda: self._tuple(self._pop(3)),
            "SETITEM": lambda: self._set_items(self._pop(2)),
            "SETITEMS": lambda: self._set_items(self._since_mark()),
            "APPEND": lambda: self._append(self._pop(1)),
            "APPENDS": lambda: self._append(self._since_mark()),
            "REDUCE": self._call,
            "BUILD": self._set_state,
            "BINPERSID": self._storage,
            "PROTO": lambda: None,
            "STOP": lambda: None,
        }

    def run(self, stream: BinaryIO) -> None:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            if count > _MAX_OPCODES:
                raise UnfitPickleError("holds far more than a dict of tensors")
            self._step(opcode.name, argument)

    def _step(self, opcode: str, argument: object) -> None:
        if opcode in _CONSTANTS:
            self._stack.append(argument)
        elif opcode in _FIXED:
            self._stack.append(_FIXED[opcode])
        elif opcode in ("BINPUT", "LONG_BINPUT"):
            self._memo[argument] = self._stack[-1]
        elif opcode in ("BINGET", "LONG_BINGET"):
            self._stack.append(self._memo[argument])
        elif opcode == "GLOBAL":
            self._stack.append(_named(str(argument)))
        elif opcode in self._steps:
            self._steps[opcode]()
        else:
            raise UnfitPickleError(f"uses the pickle instruction {opcode}, as no dict of tensors")

    def _mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def _since_mark(self) -> list[object]:
        items, self._stack = self._stack, self._below.pop()
        return items

    def _pop(self, count: int) -> list[object]:
        items = self._stack[-count:]
        if len(items) < count:
            raise LookupError("the stack is empty")
        del self._stack[-count:]
        return items

    def _tuple(self, items: list[object]) -> None:
        self._stack.append(tuple(items))

    def _set_items(self, items: list[object]) -> None:
        """Keys are plain: to hash tuples within tuples can take for ever."""
        keys_are_plain = all(isinstance(key, str | int) for key in items[::2])
        if self._stack[-1] not in (_Made.DICT, _Made.ORDERED) or not keys_are_plain:
            raise UnfitPickleError("holds a dict with other keys than words and numbers")

    def _append(self, _items: list[object]) -> None:
        if self._stack[-1] is not _Made.LIST:
            raise TypeError("not a list")

    def _set_state(self) -> None:
        """Module state dicts carry their versions as an attribute."""
        _, target = self._pop(1), self._stack[-1]
        if target is not _Made.ORDERED:
            raise UnfitPickleError("sets the state of other things than dicts")

    def _call(self) -> None:
        function, arguments = self._pop(2)
        if not isinstance(function, _Global) or not isinstance(arguments, tuple):
            raise TypeError("not a call")
        if function.name == _DICT and not arguments:
            self._stack.append(_Made.ORDERED)
        elif function.name == _PARAMETER and arguments[0] is _Made.TENSOR:
            self._stack.append(_Made.TENSOR)
        elif function.name == _TENSOR:
            _check_extent(arguments)
            self._stack.append(_Made.TENSOR)
        else:
            raise UnfitPickleError(f"calls {function.name!r} in a way that PyTorch does not")

    def _storage(self) -> None:
        (claim,) = self._pop(1)
        match claim:
            case ("storage", _Global(kind), str(key), str(), int(count), *rest) if rest in (
                [],
                [None],
            ):
                storage = Storage(kind, key, count)
            case _:
                raise UnfitPickleError("refers to its weights in a way that PyTorch does not")
        if kind not in _STORAGES or count < 0 or self.storages.get(key, storage) != storage:
            raise UnfitPickleError("contradicts itself about the size of its weights")
        self.storages[key] = storage
        self._stack.append(storage)


def _named(name: str) -> _Global:
    if name not in _STORAGES and name not in (_DICT, _TENSOR, _PARAMETER):
        shown = name.replace(" ", ".", 1)[:80]
        raise UnfitPickleError(f"asks to load {shown!r}, which no dict of tensors needs")
    return _Global(name)


def _check_extent(arguments: tuple[object, ...]) -> None:
    """A tensor larger than its storage would make PyTorch enlarge the storage."""
    match arguments:
        case (Storage() as storage, int(offset), tuple(size), tuple(stride), *_):
            steps = [(_whole(n), _whole(step)) for n, step in zip(size, stride, strict=True)]
        case _:
            raise TypeError("not a tensor")
    last = _whole(offset) + sum((n - 1) * step for n, step in steps)
    if all(n > 0 for n, _ in steps) and last >= storage.count:
        raise UnfitPickleError("claims a tensor larger than the memory it lies in")


def _whole(number: object) -> int:
    if not isinstance(number, int) or number < 0:
        raise TypeError("not a size")
    return number
