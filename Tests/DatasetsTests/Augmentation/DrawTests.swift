import Foundation
import PETL
import Testing

@testable import Datasets

/// What is drawn has the distributions of torchvision and numpy.
@Suite struct DrawTests {
  private let draws = AugmentationFixture.shared.draws
  private let count = 20_000

  private func stream(_ number: Int) -> AugmentationStream {
    AugmentationStream(RandomGenerator(seed: 1).split("test", number))
  }

  /// Means within five standard errors of both samples, deviations within three hundredths.
  private func expectAlike(
    _ values: [Double], _ other: AugmentationFixture.Moments, _ what: String
  ) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let error = other.deviation * (2 / Double(values.count)).squareRoot()
    #expect(abs(mean - other.mean) <= 5 * error + 1e-9, "mean of \(what)")
    #expect(abs(variance.squareRoot() - other.deviation) <= 0.03 * other.deviation, "\(what)")
  }

  private func expectAlike(
    _ boxes: [PixelBox], _ moments: [AugmentationFixture.Moments], _ what: String
  ) {
    let columns: [(PixelBox) -> Int] = [\.top, \.left, \.height, \.width]
    for (column, golden) in zip(columns, moments) {
      expectAlike(boxes.map { Double(column($0)) }, golden, what)
    }
  }

  @Test func crops() {
    for golden in draws.crops {
      let size = (height: golden.size[0], width: golden.size[1])
      let boxes = (0..<count).map { number in
        var stream = stream(number)
        return PixelBox(partOf: size, area: golden.area...1, aspect: golden.aspect, &stream)
      }
      for box in boxes {
        #expect(box.top >= 0 && box.top + box.height <= size.height)
        #expect(box.left >= 0 && box.left + box.width <= size.width)
      }
      expectAlike(boxes, golden.moments, "\(golden.size)")
    }
  }

  @Test func erased() {
    for golden in draws.erased {
      let boxes = (0..<count).compactMap { number in
        var stream = stream(number)
        return PixelBox(erasedOf: golden.side, area: 0.02...golden.area, &stream)
      }
      #expect(boxes.count > count * 99 / 100)
      expectAlike(boxes, golden.moments, "\(golden.side)")
    }
  }

  @Test func shares() {
    for golden in draws.beta {
      let values = (0..<count).map { number in
        var stream = stream(number)
        return stream.beta(golden.alpha)
      }
      #expect(values.allSatisfy { (0...1).contains($0) })
      expectAlike(values, golden.moments, "Beta(\(golden.alpha))")
    }
  }

  @Test func jitter() throws {
    var jitter = ColourJitter()
    (jitter.brightness, jitter.contrast) = (0.4, 1.5)
    (jitter.saturation, jitter.hue) = (0.3, 0.1)
    var (values, first) = ([[Double]](repeating: [], count: 4), [Int](repeating: 0, count: 4))
    for number in 0..<count {
      var stream = stream(number)
      for (place, operation) in jitter.drawn(&stream).enumerated() {
        let (kind, value): (Int, Double)
        switch operation {
        case .brightness(let factor): (kind, value) = (0, factor)
        case .contrast(let factor): (kind, value) = (1, factor)
        case .saturation(let factor): (kind, value) = (2, factor)
        case .hue(let part): (kind, value) = (3, part)
        default: (kind, value) = (0, .nan)
        }
        values[kind].append(value)
        if place == 0 { first[kind] += 1 }
      }
    }
    for (kind, golden) in draws.jitter.enumerated() {
      expectAlike(values[kind], golden, "jitter \(kind)")
      #expect(abs(Double(first[kind]) / Double(count) - draws.first[kind]) < 0.02)
    }
  }

  /// All fourteen operations, and both signs of nine of them, equally often.
  @Test func operations() {
    var found: [ImageOperation?: Int] = [:]
    for number in 0..<count {
      var stream = stream(number)
      found[RandAugment.drawn(magnitude: 9, side: 24, &stream), default: 0] += 1
    }
    #expect(found.count == 23)
    #expect(abs(Double(found[.equalize] ?? 0) / Double(count) - 1 / 14.0) < 0.01)
    #expect(abs(Double(found[.rotate(-9)] ?? 0) / Double(count) - 1 / 28.0) < 0.01)
  }

  /// CutMix's share is that of the pixels that stay, and on average half of them do.
  @Test func cutMix() {
    var mixing = Mixing()
    mixing.cutmix = 1
    let mixes = (0..<4000).map {
      ImageMix(mixing, count: 10, side: 32, RandomGenerator(seed: UInt64($0)))
    }
    for mix in mixes {
      #expect(abs(mix.share - 1 + Double(mix.box?.area ?? 0) / 1024) < 1e-12)
    }
    #expect(Set(mixes.map(\.other)).count == 10)
    // Rectangles are cut off at the edges: more than half of an image stays.
    let mean = mixes.reduce(0) { $0 + $1.share } / 4000
    #expect(mean > 0.6 && mean < 0.75, "\(mean)")
  }
}
