extension SceneShape {
  /// The signed distance of (x, y) to the outline: negative inside, positive outside.
  ///
  /// The shape is centred on the origin, fits in the unit circle, and points along +x. The formulas
  /// are the well-known ones of Inigo Quilez (https://iquilezles.org/articles/distfunctions2d);
  /// where shapes are intersected or united, the distance is a bound, exact near the outline.
  func distance(_ x: Float, _ y: Float) -> Float {
    switch self {
    case .circle: return length(x, y) - 0.85
    case .square: return box(x, y, 0.72, 0.72)
    case .triangle: return isosceles(0.98 - x, abs(y), tall: 1.72, half: 0.54)
    case .star: return fivePoints(x, y)
    case .cross: return min(box(x, y, 0.95, 0.27), box(x, y, 0.27, 0.95))
    case .ring: return abs(length(x, y) - 0.7) - 0.21
    case .halfDisc: return max(length(x + 0.39, y) - 0.92, -0.39 - x)
    case .arrow:
      // The shaft reaches well into the head, so that no seam shows where they meet.
      return min(
        isosceles(0.98 - x, abs(y), tall: 0.95, half: 0.74), box(x + 0.3, y, 0.65, 0.24))
    }
  }
}

@inline(__always)
private func length(_ x: Float, _ y: Float) -> Float { (x * x + y * y).squareRoot() }

/// A rectangle of half sides `width` and `height`.
@inline(__always)
private func box(_ x: Float, _ y: Float, _ width: Float, _ height: Float) -> Float {
  let (dx, dy) = (abs(x) - width, abs(y) - height)
  return length(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0)
}

/// A triangle with its tip at the origin and its base at x = `tall`; `y` is not negative.
@inline(__always)
private func isosceles(_ x: Float, _ y: Float, tall: Float, half: Float) -> Float {
  // Along the leg, then along the base.
  let leg = max(0, min(1, (x * tall + y * half) / (tall * tall + half * half)))
  let base = max(0, min(1, y / half))
  let (legX, legY) = (x - tall * leg, y - half * leg)
  let (baseX, baseY) = (x - tall, y - half * base)
  let nearest = min(legX * legX + legY * legY, baseX * baseX + baseY * baseY)
  let outside = max(y * tall - x * half, x - tall)
  return nearest.squareRoot() * (outside < 0 ? -1 : 1)
}

/// A star whose points lie on the unit circle and whose notches lie at 0.42 of it.
@inline(__always)
private func fivePoints(_ x: Float, _ y: Float) -> Float {
  // Fold the plane along the axes of the star, until one half of one point is left.
  let (cosine, sine): (Float, Float) = (0.809016994, 0.587785252)
  var (u, v) = (abs(y), x)
  let first = 2 * max(cosine * u - sine * v, 0)
  (u, v) = (u - first * cosine, v + first * sine)
  let second = 2 * max(-cosine * u - sine * v, 0)
  (u, v) = (abs(u + second * cosine), v + second * sine)
  // The edge from the tip (0, 1) towards the notch.
  let (edgeX, edgeY) = (0.42 * sine, 0.42 * cosine - 1)
  v -= 1
  let along = max(0, min(1, (u * edgeX + v * edgeY) / (edgeX * edgeX + edgeY * edgeY)))
  let away = length(u - edgeX * along, v - edgeY * along)
  return v * edgeX - u * edgeY > 0 ? away : -away
}
