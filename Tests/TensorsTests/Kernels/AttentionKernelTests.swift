import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// One head, [tokens, 3 width] with gaps between the rows, and what attention over it should be.
private struct Head {
  let tokens: Int
  let queries: Int
  let width: Int
  let scale: Float
  var qkv: Matrix
  let slopes: Matrix
  /// [keys, queries], with a stride of whole vectors; nil for none.
  var bias: [Float]?

  private var biasStride: Int { (queries + 15) / 16 * 16 }

  /// A bias hides every key after the query and adds something to the others.
  init(_ tokens: Int, _ queries: Int, _ width: Int, factor: Float = 1, biased: Bool = false) {
    (self.tokens, self.queries, self.width) = (tokens, queries, width)
    scale = 1.5 / Float(width).squareRoot()
    qkv = Matrix(tokens, 3 * width, gap: 2, seed: 1)
    qkv.values = qkv.values.map { $0 * factor }
    slopes = Matrix(queries, width, gap: 3, seed: 2)
    let stride = biasStride
    bias =
      biased
      ? (0..<tokens * stride).map {
        $0 / stride > $0 % stride ? -.infinity : sin(Float($0 / stride + 3 * ($0 % stride)))
      } : nil
  }

  /// What the kernels give; `lse` is the logarithm of each normaliser, to base 2.
  func run(_ kernels: petl_kernels) -> (y: Matrix, lse: [Float], gradient: Matrix) {
    var y = start.y
    var gradient = start.gradient
    var norm = [Float](repeating: 7, count: 2 * queries + 1)
    let size = unsafe max(
      kernels.attention_scratch(tokens, width, false),
      kernels.attention_scratch(tokens, width, true))
    var scratch = [Float](repeating: .nan, count: size + 1)
    unsafe qkv.values.withUnsafeBufferPointer { x in
      guard let q = x.baseAddress else { return }
      let stride = biasStride
      func withBias(_ body: (UnsafePointer<Float>?) -> Void) {
        guard let bias else { return body(nil) }
        unsafe bias.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
      }
      unsafe withBias { bias in
        unsafe kernels.attention(
          tokens, queries, width, scale, q, q + width, q + 2 * width, qkv.stride, bias, stride,
          &y.values, y.stride, &norm, &scratch)
      }
      unsafe gradient.values.withUnsafeMutableBufferPointer { d in
        guard let dq = d.baseAddress else { return }
        unsafe withBias { bias in
          unsafe kernels.attention_backward(
            tokens, queries, width, scale, q, q + width, q + 2 * width, qkv.stride, bias, stride,
            norm, slopes.values, slopes.stride, dq, dq + width, dq + 2 * width, &scratch)
        }
      }
    }
    #expect(scratch.last?.isNaN == true)
    #expect(norm.last == 7)
    return (y, (0..<queries).map { norm[$0] - log2(norm[queries + $0]) }, gradient)
  }

  var start: (y: Matrix, gradient: Matrix) {
    (Matrix(queries, width, gap: 3, seed: 3), Matrix(tokens, 3 * width, gap: 2, seed: 4))
  }

  /// The same by loops in Double.
  func wanted() -> (y: [[Double]], lse: [Double], gradient: [[Double]]) {
    let rows = (0..<tokens).map { row in (0..<3 * width).map { Double(qkv[row, $0]) } }
    var (y, lse): ([[Double]], [Double]) = ([], [])
    var gradient = Array(repeating: Array(repeating: 0.0, count: 3 * width), count: tokens)
    for i in 0..<queries {
      let scores = rows.enumerated().map { key, row in
        let bias = self.bias.map { Double($0[key * biasStride + i]) } ?? 0
        return Double(scale) * (0..<width).reduce(bias) { $0 + rows[i][$1] * row[width + $1] }
      }
      let most = scores.max() ?? 0
      let total = scores.reduce(0) { $0 + exp($1 - most) }
      let p = scores.map { exp($0 - most) / total }
      lse.append((most + log(total)) / log(2))
      let dy = (0..<width).map { Double(slopes[i, $0]) }
      let dp = rows.map { row in (0..<width).reduce(0) { $0 + dy[$1] * row[2 * width + $1] } }
      let delta = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
      var output = Array(repeating: 0.0, count: width)
      for t in 0..<tokens {
        let ds = Double(scale) * p[t] * (dp[t] - delta)
        for c in 0..<width {
          output[c] += p[t] * rows[t][2 * width + c]
          gradient[i][c] += ds * rows[t][width + c]
          gradient[t][width + c] += ds * rows[i][c]
          gradient[t][2 * width + c] += p[t] * dy[c]
        }
      }
      y.append(output)
    }
    return (y, lse, gradient)
  }
}

@Suite("Kernels of attention")
struct AttentionKernelTests {
  /// Around vectors, tiles of 4 to 12 rows, blocks of 96 queries and sums of 256.
  static let sizes: [(tokens: Int, queries: Int, width: Int)] = [
    (1, 1, 1), (2, 2, 3), (3, 1, 64), (5, 5, 16), (12, 12, 15), (17, 17, 33), (23, 23, 48),
    (25, 4, 80), (31, 31, 8), (64, 64, 7), (65, 65, 32), (97, 97, 20), (100, 99, 65), (197, 1, 17),
    (300, 195, 5), (520, 3, 9),
  ]

  @Test("agree with loops in Double", arguments: KernelSet.all)
  func agree(set: KernelSet) { agree(set, biased: false) }

  @Test("agree with a mask and a bias", arguments: KernelSet.all)
  func agreeWithBias(set: KernelSet) { agree(set, biased: true) }

  private func agree(_ set: KernelSet, biased: Bool) {
    for (tokens, queries, width) in Self.sizes {
      let head = Head(tokens, queries, width, biased: biased)
      let (y, lse, gradient) = unsafe head.run(set.functions)
      let wanted = head.wanted()
      // Of order one; the gradient of a key is a sum over all queries.
      let output = y.complaint(before: head.start.y) { (wanted.y[$0][$1], 2) }
      let slope = gradient.complaint(before: head.start.gradient) { (wanted.gradient[$0][$1], 8) }
      let size = "\(tokens) tokens, \(queries) queries, width \(width)"
      #expect(output == nil, "\(size)")
      #expect(slope == nil, "\(size)")
      #expect(Tolerance(2e-6, 1e-6).complaint(lse, wanted.lse) == nil, "\(size)")
    }
  }

  @Test("do not overflow", arguments: KernelSet.all)
  func largeScores(set: KernelSet) {
    let head = Head(40, 40, 6, factor: 300)
    let (y, lse, gradient) = unsafe head.run(set.functions)
    let wanted = head.wanted()
    #expect(Tolerance(1, 1e-6).complaint(lse, wanted.lse) == nil)
    #expect(wanted.lse.contains { $0 > 1e5 })
    #expect(y.values.allSatisfy { $0.isFinite })
    #expect(gradient.values.allSatisfy { $0.isFinite })
  }

  @Test("give NaN where a query, key or value has it", arguments: KernelSet.all)
  func notANumber(set: KernelSet) {
    for (part, bad) in [(0, 3), (0, 20), (1, 3), (2, 3)] {
      var head = Head(21, 21, 18)
      head.qkv.values[bad * head.qkv.stride + part * head.width + 17] = .nan
      let (y, lse, _) = unsafe head.run(set.functions)
      for i in 0..<21 {
        // A bad value spoils its column of every output.
        let spoiled = part == 1 || part == 0 && i == bad
        #expect(lse[i].isNaN == spoiled)
        #expect(y[i, 0].isNaN == spoiled)
        #expect(y[i, 17].isNaN == (spoiled || part == 2))
      }
    }
  }
}

@Suite("Attention of some tokens")
struct FewQueriesTests {
  @Test("is that of all, cut off", arguments: [1, 5, 36, 37])
  func agrees(queries: Int) {
    let x = sample([3, 37, 3 * 24], 1).differentiable()
    let up = sample([3, queries, 24], 2)
    let few = x.attention(heads: 2, queries: queries)
    let all = x.attention(heads: 2).sliced(axis: 1, 0..<queries)
    let slopes = (few.backward(from: up)[x], all.backward(from: up)[x])
    let close = Tolerance(1e-6, 1e-6)
    #expect(few.shape == [3, queries, 24])
    #expect(close.complaint(few.values, all.values.map(Double.init)) == nil)
    #expect(
      close.complaint(slopes.0?.values ?? [], (slopes.1?.values ?? [.nan]).map(Double.init)) == nil)
    let asked = slopes.0?.sliced(axis: 2, 0..<24).sliced(axis: 1, queries..<37).values ?? [1]
    #expect(asked.allSatisfy { $0 == 0 })
  }
}

@Suite("Attention with a bias")
struct BiasedAttentionTests {
  /// Four images of two groups, three heads of 5.
  private let x = sample([4, 9, 45], 1).differentiable()
  private let bias = sample([2, 3, 9, 9], 2)

  @Test("is that of the plain operations, values and gradients")
  func agrees() throws {
    let up = sample([4, 9, 15], 3)
    let fused = x.attention(heads: 3, bias: AttentionBias(bias, headWidth: 5))
    let parts = x.reshaped([4, 9, 3, 3, 5]).transposed([2, 0, 3, 1, 4])
    func part(_ i: Int) -> Tensor { parts.sliced(axis: 0, i..<i + 1).reshaped([4, 3, 9, 5]) }
    let scores = part(0).matmul(part(1), transposingOther: true).scaled(
      by: 1 / Float(5).squareRoot())
    let both = Tensor.concatenated([bias, bias], axis: 0)
    let plain = (scores + both).softmax().matmul(part(2))
      .transposed([0, 2, 1, 3]).reshaped([4, 9, 15])
    let close = Tolerance(2e-6, 2e-6)
    #expect(close.complaint(fused.values, plain.values.map(Double.init)) == nil)
    let slopes = (fused.backward(from: up)[x], plain.backward(from: up)[x])
    let wanted = try #require(slopes.1).values.map(Double.init)
    #expect(close.complaint(slopes.0?.values ?? [], wanted) == nil)
  }

  @Test("that is causal lets no token see one after it")
  func causal() {
    let mask = AttentionBias.causal(tokens: 9, headWidth: 5)
    let all = x.attention(heads: 3, bias: mask)
    let fewer = x.sliced(axis: 1, 0..<4)
      .attention(heads: 3, bias: .causal(tokens: 4, headWidth: 5))
    let close = Tolerance(1e-6, 1e-6)
    let first = all.sliced(axis: 1, 0..<4).values
    #expect(close.complaint(fewer.values, first.map(Double.init)) == nil)
    #expect(all.values != x.attention(heads: 3).values)
  }
}
