import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A report with two stages and a control at one site.
///
/// - Parameters:
///   - loss: of the last epoch.
///   - title: the run's name.
///   - stages: their names; a control's starts with `control-`.
///   - hasAdapter: whether there are sites.
///   - logsFigures: whether the penalty logged a figure of its own.
///   - mistakes: what is wrong about the answers.
/// - Returns: the report.
func sample(
  loss: Double = 0.5, title: String = "run",
  stages: [String] = ["base", "refine", "control-refine"], hasAdapter: Bool = true,
  logsFigures: Bool = false, mistakes: RunReport.Mistakes? = nil
) -> RunReport {
  let epochs = stages.flatMap { stage in
    (1...2).map { number in
      RunReport.Epoch(
        stage: stage, number: number, loss: number == 2 ? loss : 1,
        validation: (figure: 0.5, loss: 1), redundancyBySite: hasAdapter ? ["q": 0.25] : [:],
        regularizers: stage == "refine" ? ["resora": penalty(number)] : [:],
        figures: stage == "refine" && logsFigures ? ["resora.overlap": 0.125 * Double(number)] : [:]
      )
    }
  }
  let sites = stages.map { stage in
    RunReport.Site(
      name: "q", stage: stage, norm: 1, stableRank: 1.25, effectiveRank: 1.5, spectrum: [1, 0.5],
      correlations: .init([[1, 0.25], [0.25, 1]]))
  }
  return RunReport(
    title: title, facts: [(label: "seed", value: "0")],
    stages: stages.map { name in
      RunReport.Stage(
        name: name, repeating: name.hasPrefix("control-") ? String(name.dropFirst(8)) : nil,
        regularizes: name == "refine", keptEpoch: 2, epochs: 2, seconds: 1,
        figure: (validation: 0.5, test: nil), redundancy: hasAdapter ? 0.25 : nil)
    }, epochs: epochs, sites: hasAdapter ? sites : [],
    mistakes: mistakes, measuredOn: hasAdapter ? "4 images" : nil, recipe: "name: \(title)",
    notes: [title])
}

/// Answers to examples of some classes, of which one in ten is taken for the next.
///
/// - Parameters:
///   - classes: how many there are.
///   - kind: what examples are.
/// - Returns: the counts, and two wrong answers.
func mistakes(_ classes: Int, of kind: ExampleKind = .images) -> RunReport.Mistakes {
  let confusions = (0..<classes).flatMap { label in
    [
      RunReport.Confusion(label: label, answer: label, count: 9),
      RunReport.Confusion(label: label, answer: (label + 1) % classes, count: 1 + label % 2),
    ]
  }
  let worst = (0..<2).map { index in
    RunReport.WrongExample(
      name: "<\(index)>.png", label: index, answer: (index + 1) % classes, probability: 0.875,
      labelProbability: 0.125 / Double(index + 1),
      picture: kind == .images
        ? RunReport.Picture(base64: "iVBORw0KGgo=", width: 8 << (3 * index), height: 8) : nil,
      text: kind == .texts ? "so & so\nand <so>" : nil)
  }
  return RunReport.Mistakes(
    split: "the test split", classes: (0..<classes).map { "class \($0)" }, confusions: confusions,
    worst: kind == .nothing ? [] : worst)
}

/// What the answers of a sample are about.
enum ExampleKind {
  case images, texts, nothing
}

/// The figures of the penalty; its gradient is measured in the first epoch only.
private func penalty(_ epoch: Int) -> RunReport.Regularization {
  RunReport.Regularization(
    value: 0.5, weight: 0.1 * Double(epoch), gradientShare: epoch == 1 ? 0.3 : nil)
}

/// The names of a document's elements and its text, as Foundation's XML parser reads it.
///
/// - Throws: a failed requirement where it is not well formed.
func elements(of document: String) throws -> (names: [String], text: String) {
  let reader = Reader()
  let parser = XMLParser(data: Data(document.utf8))
  parser.delegate = reader
  let isWellFormed = parser.parse()
  try #require(isWellFormed, "\(String(describing: parser.parserError)): \(document.prefix(500))")
  return (reader.names, reader.text)
}

/// Collects what the parser finds.
private final class Reader: NSObject, XMLParserDelegate {
  var names: [String] = []
  var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    names.append(name)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

/// The page as XML, without the line that names the document type.
func page(_ report: RunReport) -> String {
  report.html().replacing("<!DOCTYPE html>\n", with: "")
}
