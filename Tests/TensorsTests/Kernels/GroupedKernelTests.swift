import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Queries of some heads that share one of keys and values, and what attention should give.
private struct Group {
  var shape: petl_grouped
  let q: Matrix
  let k: Matrix
  let v: Matrix
  let slopes: Matrix

  init(
    keys: Int, queries: Int, group: Int, width: Int, offset: Int = 0, window: Int = 1 << 29,
    causal: Bool
  ) {
    q = Matrix(queries, group * width, gap: 2, seed: 1)
    k = Matrix(keys, width, gap: 1, seed: 2)
    v = Matrix(keys, width, gap: 3, seed: 3)
    slopes = Matrix(queries, group * width, gap: 5, seed: 4)
    shape = petl_grouped(
      keys: keys, queries: queries, group: group, width: width, offset: offset, window: window,
      causal: causal, scale: 1.5 / Float(width).squareRoot(), ldq: q.stride, ldk: k.stride,
      ldv: v.stride, ldy: slopes.stride)
  }

  /// What the kernels give.
  func run(_ kernels: petl_kernels) -> (y: Matrix, dq: Matrix, dk: Matrix, dv: Matrix) {
    var shape = shape
    var y = slopes
    var (dq, dk, dv) = (q, k, v)
    var norm = [Float](repeating: 7, count: shape.group * 2 * shape.queries + 1)
    let size = unsafe max(
      kernels.grouped_scratch(&shape, false), kernels.grouped_scratch(&shape, true))
    var scratch = [Float](repeating: .nan, count: size + 1)
    unsafe kernels.grouped_attention(
      &shape, q.values, k.values, v.values, &y.values, &norm, &scratch)
    unsafe kernels.grouped_attention_backward(
      &shape, q.values, k.values, v.values, norm, slopes.values, &dq.values, &dk.values,
      &dv.values, &scratch)
    #expect(scratch.last?.isNaN == true)
    #expect(norm.last == 7)
    return (y, dq, dk, dv)
  }

  /// The one query of a step.
  func step(_ kernels: petl_kernels) -> Matrix {
    var shape = shape
    var y = slopes
    var scratch = [Float](repeating: .nan, count: shape.keys + 1)
    unsafe kernels.grouped_step(&shape, q.values, k.values, v.values, &y.values, &scratch)
    #expect(scratch.last?.isNaN == true)
    return y
  }

  /// The same by loops in Double.
  func wanted() -> (y: [[Double]], dq: [[Double]], dk: [[Double]], dv: [[Double]]) {
    let (width, keys) = (shape.width, shape.keys)
    func zeros(_ rows: Int, _ cols: Int) -> [[Double]] {
      Array(repeating: Array(repeating: 0, count: cols), count: rows)
    }
    var (y, dq) = (
      zeros(shape.queries, shape.group * width), zeros(shape.queries, shape.group * width)
    )
    var (dk, dv) = (zeros(keys, width), zeros(keys, width))
    for head in 0..<shape.group {
      for i in 0..<shape.queries {
        let place = shape.offset + i
        let seen = (0..<keys).filter { !shape.causal || $0 <= place && $0 > place - shape.window }
        func dot(_ a: Matrix, _ row: Int, _ b: Matrix, _ other: Int) -> Double {
          (0..<width).reduce(0) { $0 + Double(a[row, head * width + $1]) * Double(b[other, $1]) }
        }
        let scores = seen.map { Double(shape.scale) * dot(q, i, k, $0) }
        let most = scores.max() ?? 0
        let total = scores.reduce(0) { $0 + exp($1 - most) }
        let p = scores.map { exp($0 - most) / total }
        let dp = seen.map { dot(slopes, i, v, $0) }
        let delta = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
        for (n, t) in seen.enumerated() {
          let ds = Double(shape.scale) * p[n] * (dp[n] - delta)
          for c in 0..<width {
            y[i][head * width + c] += p[n] * Double(v[t, c])
            dq[i][head * width + c] += ds * Double(k[t, c])
            dk[t][c] += ds * Double(q[i, head * width + c])
            dv[t][c] += p[n] * Double(slopes[i, head * width + c])
          }
        }
      }
    }
    return (y, dq, dk, dv)
  }
}

@Suite("Kernels of grouped attention")
struct GroupedKernelTests {
  fileprivate static let groups: [Group] = [
    Group(keys: 1, queries: 1, group: 1, width: 1, causal: true),
    Group(keys: 5, queries: 5, group: 3, width: 7, causal: true),
    Group(keys: 17, queries: 17, group: 2, width: 33, causal: false),
    Group(keys: 100, queries: 100, group: 3, width: 20, causal: true),
    Group(keys: 130, queries: 130, group: 1, width: 64, window: 5, causal: true),
    Group(keys: 200, queries: 200, group: 2, width: 8, window: 97, causal: true),
    Group(keys: 40, queries: 7, group: 2, width: 12, offset: 33, causal: true),
    Group(keys: 120, queries: 100, group: 1, width: 5, offset: 20, window: 1, causal: true),
    Group(keys: 300, queries: 300, group: 2, width: 6, causal: true),
  ]

  @Test("agree with loops in Double", arguments: KernelSet.all)
  func agree(set: KernelSet) {
    for group in Self.groups {
      let (y, dq, dk, dv) = unsafe group.run(set.functions)
      let wanted = group.wanted()
      let size = "\(group.shape.queries) of \(group.shape.keys), window \(group.shape.window)"
      #expect(y.complaint(before: group.slopes) { (wanted.y[$0][$1], 2) } == nil, "\(size)")
      #expect(dq.complaint(before: group.q) { (wanted.dq[$0][$1], 8) } == nil, "\(size)")
      // The gradient of a key is a sum over all queries of its heads.
      #expect(dk.complaint(before: group.k) { (wanted.dk[$0][$1], 16) } == nil, "\(size)")
      #expect(dv.complaint(before: group.v) { (wanted.dv[$0][$1], 16) } == nil, "\(size)")
    }
  }

  @Test("agree in a step", arguments: KernelSet.all)
  func step(set: KernelSet) {
    for (keys, group, width, window) in [
      (1, 1, 1, 1 << 29), (37, 3, 20, 1 << 29), (90, 2, 64, 11), (5, 4, 7, 1),
    ] {
      let group = Group(
        keys: keys, queries: 1, group: group, width: width, offset: keys - 1, window: window,
        causal: true)
      let y = unsafe group.step(set.functions)
      let wanted = group.wanted().y
      #expect(y.complaint(before: group.slopes) { (wanted[$0][$1], 2) } == nil, "\(keys) keys")
    }
  }
}
