import Foundation
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Runs where PETL_MINILM names the folder of all-MiniLM-L6-v2.
@Suite("all-MiniLM-L6-v2", .enabled(if: ProcessInfo.processInfo.environment["PETL_MINILM"] != nil))
struct MiniLMTests {
  private struct Golden: Decodable {
    let ids: [[Int]]
    let cosines: [Float]
    let first: [Float]
  }

  @Test("gives the cosines of the reference", arguments: FrozenPrecision.allCases)
  func cosines(precision: FrozenPrecision) throws {
    let golden: Golden = try decodedFixture("minilm.json")
    let path = try #require(ProcessInfo.processInfo.environment["PETL_MINILM"])
    let checkpoint = try LanguageCheckpoint.open(path)
    #expect(checkpoint.weights.count == 101)
    let encoder = try checkpoint.encoder(precision: precision)
    let batch = TokenBatch(golden.ids)
    let hidden = encoder.hidden(
      batch, adapters: .none, pass: ForwardPass(over: golden.ids.count))
    let pooled = batch.pooled(hidden, by: .mean)
    let unit = pooled / pooled.squared().sum(over: [1], keepingAxes: true).sqrt()
    let cosines = unit.matmul(unit, transposingOther: true).sliced(axis: 0, 0..<1).values
    // Of cosines, and of numbers of the vectors: 8 bits are a hundredth of a cosine.
    let (close, near): (Float, Float) =
      switch precision {
      case .single: (6e-5, 6e-6)
      case .mixed: (6e-3, 6e-4)
      case .int8: (1.2e-2, 4e-3)
      }
    #expect(distance(Array(cosines.dropFirst()), golden.cosines) < close)
    #expect(distance(Array(unit.values.prefix(5)), golden.first) < near)
  }
}
