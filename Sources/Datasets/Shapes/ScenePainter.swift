import Foundation
import PETL

/// Paints scenes as square images; the only code of the scenes that touches raw memory.
struct ScenePainter {
  /// The height and the width of the image, in pixels.
  let size: Int

  /// Paints `scene` into [size, size, 3] bytes; `stream` gives the noise.
  func paint(
    _ scene: Scene, _ stream: inout SeededStream, into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    require(target.count == size * size * 3, "An image needs \(size * size * 3) bytes.")
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: target.count) { canvas in
      unsafe paintBackground(scene, on: canvas)
      for spot in scene.spots {
        forEachPixel(around: (spot.x, spot.y), within: spot.radius) { offset, x, y in
          let nearness = max(0, 1 - (x * x + y * y) / (spot.radius * spot.radius))
          let strength = nearness * nearness
          for channel in 0..<3 { unsafe canvas[offset + channel] += strength * spot.tint[channel] }
        }
      }
      for figure in scene.figures { unsafe paint(figure, on: canvas) }
      unsafe develop(canvas, noise: scene.noise, &stream, into: target)
    }
  }

  private func paintBackground(_ scene: Scene, on canvas: UnsafeMutableBufferPointer<Float>) {
    let pixel = 1 / Float(size)
    let (cosine, sine) = (cos(scene.slopeAngle), sin(scene.slopeAngle))
    for row in 0..<size {
      for column in 0..<size {
        let x = (Float(column) + 0.5) * pixel - 0.5
        let y = (Float(row) + 0.5) * pixel - 0.5
        let colour = scene.background + scene.slope * (cosine * x + sine * y)
        let offset = (row * size + column) * 3
        unsafe canvas[offset] = colour.x
        unsafe canvas[offset + 1] = colour.y
        unsafe canvas[offset + 2] = colour.z
      }
    }
  }

  /// Lays a figure over the canvas; at its edge, a pixel is covered by as much as lies inside.
  private func paint(_ figure: Scene.Figure, on canvas: UnsafeMutableBufferPointer<Float>) {
    let (cosine, sine) = (cos(figure.angle), sin(figure.angle))
    let inverse = 1 / figure.radius
    let pixels = figure.radius * Float(size)
    let reach = figure.radius + 1 / Float(size)
    forEachPixel(around: (figure.x, figure.y), within: reach) { offset, x, y in
      // Turned back, so that the shape points along +x; y is down in the image and up here.
      let along = (cosine * x - sine * y) * inverse
      let across = -(sine * x + cosine * y) * inverse
      let cover = max(0, min(1, 0.5 - figure.shape.distance(along, across) * pixels))
      guard cover > 0 else { return }
      for channel in 0..<3 {
        let below = unsafe canvas[offset + channel]
        unsafe canvas[offset + channel] = below + cover * (figure.colour[channel] - below)
      }
    }
  }

  /// Calls `body` with the offset of each pixel near a point, and its centre relative to that point.
  @inline(__always)
  private func forEachPixel(
    around centre: (x: Float, y: Float), within reach: Float, _ body: (Int, Float, Float) -> Void
  ) {
    let side = Float(size)
    func range(_ middle: Float) -> Range<Int> {
      let low = max(0, Int((middle - reach) * side))
      return low..<max(low, min(size, Int((middle + reach) * side) + 1))
    }
    let columns = range(centre.x)
    for row in range(centre.y) {
      let y = (Float(row) + 0.5) / side - centre.y
      for column in columns {
        body((row * size + column) * 3, (Float(column) + 0.5) / side - centre.x, y)
      }
    }
  }

  /// Adds noise and rounds to bytes.
  private func develop(
    _ canvas: UnsafeMutableBufferPointer<Float>, noise: Float, _ stream: inout SeededStream,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    var bits: UInt64 = 0
    for index in 0..<canvas.count {
      // Eight values of a byte each from every random number.
      bits = index & 7 == 0 ? stream.next() : bits >> 8
      let grain = (Float(bits & 255) - 127.5) * (noise / 127.5)
      let value = unsafe (canvas[index] + grain) * 255 + 0.5
      unsafe target[index] = UInt8(max(0, min(255, value)))
    }
  }
}
