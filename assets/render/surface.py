"""Catmull-Clark subdivision as one sparse matrix, and smooth normals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Subdivision:
    """``matrix @ cage`` gives the refined vertices; ``faces`` are the refined quads."""

    matrix: sparse.csr_matrix
    faces: IntArray

    @classmethod
    def build(cls, faces: IntArray, count: int, levels: int) -> "Subdivision":
        """Smooth (Catmull-Clark) refinement of quads over ``count`` vertices."""
        return cls._refine(faces, count, levels, smooth=True)

    @classmethod
    def build_linear(cls, faces: IntArray, count: int, levels: int) -> "Subdivision":
        """The same faces without smoothing: for texture coordinates."""
        return cls._refine(faces, count, levels, smooth=False)

    @classmethod
    def _refine(cls, faces: IntArray, count: int, levels: int, smooth: bool) -> "Subdivision":
        matrix = sparse.identity(count, format="csr", dtype=np.float32)
        quads = np.asarray(faces, np.int32)
        for _ in range(levels):
            step, quads = _split(quads, matrix.shape[0], smooth)
            matrix = step @ matrix
        return cls(matrix.tocsr(), quads)


def _average(
    rows: NDArray[np.int64], groups: NDArray[np.int64], shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Matrix whose row r is the mean over the (r, column) pairs given."""
    ones = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, groups)), shape=shape)
    total = np.asarray(ones.sum(axis=1)).ravel()
    return sparse.diags(1 / np.maximum(total, 1e-9)) @ ones


def _split(quads: IntArray, count: int, smooth: bool) -> tuple[sparse.csr_matrix, IntArray]:
    """One level: every quad becomes four."""
    n = len(quads)
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    edges, edge_of_side = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    edge_of_side = edge_of_side.reshape(n, 4)
    m = len(edges)
    face_of_side = np.repeat(np.arange(n), 4)
    centre = _average(face_of_side, quads.ravel().astype(np.int64), (n, count))
    middle = _average(np.repeat(np.arange(m), 2), edges.ravel().astype(np.int64), (m, count))
    border = np.bincount(edge_of_side.ravel(), minlength=m) != 2
    corner = sparse.identity(count, format="csr", dtype=np.float32)
    edge = middle
    if smooth:
        beside = _average(edge_of_side.ravel(), face_of_side, (m, n)) @ centre
        inner = sparse.diags((~border).astype(np.float32))
        edge = inner @ (0.5 * (middle + beside)) + (sparse.identity(m) - inner) @ middle
        corner = _corners(quads, edges, border, middle, centre, count)
    matrix = sparse.vstack([corner, edge, centre]).tocsr().astype(np.float32)
    mid, mid_before = edge_of_side + count, np.roll(edge_of_side, 1, axis=1) + count
    tip = np.broadcast_to(np.arange(n)[:, None] + count + m, (n, 4))
    split = np.stack([quads, mid, tip, mid_before], axis=2).reshape(-1, 4)
    return matrix, split.astype(np.int32)


def _corners(
    quads: IntArray,
    edges: NDArray[np.int64],
    border: NDArray[np.bool_],
    middle: sparse.csr_matrix,
    centre: sparse.csr_matrix,
    count: int,
) -> sparse.csr_matrix:
    """Where the old vertices move to; borders follow the cubic spline of their edges."""
    n, m = len(quads), len(edges)
    faces_around = _average(quads.ravel().astype(np.int64), np.repeat(np.arange(n), 4), (count, n))
    edges_around = _average(edges.ravel().astype(np.int64), np.repeat(np.arange(m), 2), (count, m))
    valence = np.maximum(np.bincount(edges.ravel(), minlength=count), 3)
    keep = sparse.identity(count, format="csr")
    inner = sparse.diags(1 / valence) @ (faces_around @ centre + 2 * (edges_around @ middle))
    inner = inner + sparse.diags((valence - 3) / valence) @ keep
    rim = edges[border]
    on_rim = np.zeros(count, bool)
    on_rim[rim.ravel()] = True
    next_rim = _average(
        rim.ravel().astype(np.int64), rim[:, ::-1].ravel().astype(np.int64), (count, count)
    )
    outer = 0.75 * keep + 0.25 * next_rim
    chosen = sparse.diags(on_rim.astype(np.float32))
    lonely = np.bincount(quads.ravel(), minlength=count) == 0
    still = sparse.diags(lonely.astype(np.float32))
    return chosen @ outer + still @ keep + (keep - chosen - still) @ inner


def triangles(quads: IntArray) -> IntArray:
    """Two triangles a quad, (2N, 3)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def smooth_normals(vertices: FloatArray, quads: IntArray) -> FloatArray:
    """Area-weighted unit normals at the vertices."""
    diagonal_a = vertices[quads[:, 2]] - vertices[quads[:, 0]]
    diagonal_b = vertices[quads[:, 3]] - vertices[quads[:, 1]]
    flat = np.cross(diagonal_a, diagonal_b)
    normals = np.zeros_like(vertices)
    for k in range(3):
        normals[:, k] = np.bincount(
            quads.ravel(), np.repeat(flat[:, k], 4), minlength=len(vertices)
        )
    return np.asarray(
        normals / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)[:, None], np.float32
    )
