import Answers
import Networks
import PETL
import Training

/// What `petl inspect` tells a reader.
enum InspectionText {
  /// The longest value of metadata that is shown whole.
  private static let longest = 100

  static func text(_ inspection: Inspection, allTensors: Bool) -> String {
    var parts = [head(inspection), tensors(inspection, all: allTensors)]
    if let adapter = inspection.adapter {
      parts.append(text(adapter, hasNetwork: inspection.predictor != nil))
    }
    return parts.joined(separator: "\n\n")
  }

  private static func head(_ inspection: Inspection) -> String {
    var rows = [
      ("naming", inspection.naming),
      ("tensors", "\(inspection.tensors.count), \(grouped(inspection.parameters)) numbers"),
    ]
    for file in inspection.files {
      if inspection.files.count > 1 || file.path != inspection.path {
        rows.append(("file", file.path))
      }
      rows.append(("bytes", grouped(file.bytes)))
      rows.append(("sha256", file.sha256))
    }
    for (key, value) in inspection.metadata.sorted(by: { $0.key < $1.key }) {
      let line = String(value.map { $0.isNewline ? " " : $0 }).printable
      let text = String(line.prefix(longest))
      rows.append((key, line.count > longest ? text + "…" : text))
    }
    rows = rows.map { ($0.printable, $1.printable) }
    let width = rows.map(\.0.count).max() ?? 0
    let lines = rows.map { key, value in
      "  \(key)\(String(repeating: " ", count: width - key.count))  \(value)"
    }
    return (["\(inspection.path): \(inspection.kind.rawValue)"] + lines).joined(separator: "\n")
  }

  private static func tensors(_ inspection: Inspection, all: Bool) -> String {
    if all {
      return Terminal.table(
        ["tensor", "shape", "type", "norm"],
        inspection.tensors.map {
          [$0.name, "\($0.shape)", $0.type, norm($0.norm) + ($0.nonFinite > 0 ? " !" : "")]
        })
    }
    let rows = TensorGroup.grouping(inspection.tensors).map { group in
      let first = group.members[0]
      let norms = group.members.compactMap(\.norm)
      let (least, largest) = (norm(norms.min()), norm(norms.max()))
      let isWrong = group.members.contains { $0.nonFinite > 0 }
      return [
        group.pattern, "\(group.members.count)", "\(first.shape)", first.type,
        (least == largest ? least : "\(least) … \(largest)") + (isWrong ? " !" : ""),
      ]
    }
    return Terminal.table(["tensors", "count", "shape", "type", "norm"], rows)
  }

  private static func text(_ adapter: Inspection.Adapter, hasNetwork: Bool) -> String {
    let title =
      "\(adapter.method): \(grouped(adapter.parameters)) numbers at \(adapter.sites.count) sites"
    guard !adapter.sites.isEmpty else {
      return hasNetwork ? title : title + "\nfigures of its sites: give --weights"
    }
    let showsFeatures = adapter.images != nil
    let header =
      ["site", "rank", "‖ΔW‖", "stable rank", "effective rank", "A overlap", "B overlap", "|cos|"]
      + (showsFeatures ? ["|ρ|"] : [])
    let rows = adapter.sites.map { site in
      [
        site.name + (site.isFinite ? "" : " !"), site.rank.map(String.init) ?? "–",
        norm(site.norm), number(site.stableRank, 2), number(site.effectiveRank, 2),
        number(site.overlapOfA, 3), number(site.overlapOfB, 3),
        number(site.redundancyOfWeights, 3),
      ] + (showsFeatures ? [number(site.redundancyOfFeatures, 3)] : [])
    }
    var lines = [
      title, "", Terminal.table(header, rows), "",
      "stable rank ‖ΔW‖²_F/‖ΔW‖²₂; effective rank exp H of the normalised singular values;",
      "overlap ‖ÂÂᵀ − I‖_F/√(r(r−1)) of A's rows and B's columns at length 1: 0 orthogonal, 1 parallel;",
      "|cos| of two rank-one parts of ΔW, mean over pairs",
    ]
    if let images = adapter.images {
      lines[lines.count - 1] += ";"
      lines.append("|ρ| of two coefficients over the tokens of \(images), mean over pairs")
    }
    return lines.joined(separator: "\n")
  }

  private static func norm(_ value: Double?) -> String {
    value.map(significant) ?? "–"
  }

  private static func number(_ value: Double?, _ digits: Int) -> String {
    value.map { fixed($0, digits) } ?? "–"
  }
}
