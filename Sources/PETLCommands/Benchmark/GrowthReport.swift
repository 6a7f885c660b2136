import Networks
import PETL
import Reports

/// What `petl bench --growth` measured.
struct GrowthReport: Encodable {
  let kernels = Machine.kernels
  let steps: Int
  let rounds: Int
  let curves: [GrowthCurve]

  /// The report for people.
  var text: String {
    let tables = curves.map { curve in
      let columns = [
        curve.axis, "GFLOP a step", "ms", "reckoned, ×", "measured, ×", "measured / reckoned",
      ]
      let rows = curve.points.map { point in
        [
          "\(point.size)", point.gigaflops.map { fixed($0, 1) } ?? "",
          fixed(point.seconds * 1e3, 1),
          fixed(point.reckoned, 2), fixed(point.measured, 2),
          fixed(point.measured / point.reckoned, 2),
        ]
      }
      let title = curve.axis == curve.unit ? curve.axis : "\(curve.axis): \(curve.unit)"
      return "\(title)\n\(curve.work)\n\n" + Terminal.table(columns, rows)
    }
    return tables.joined(separator: "\n\n")
  }
}
