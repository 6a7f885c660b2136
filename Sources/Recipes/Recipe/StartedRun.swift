import Checkpoints
import Foundation
import PETL

/// Where a run was started, as its `run.json` says.
package struct StartedRun: Decodable {
  /// The folder that the program was started in.
  package let folder: String?

  /// Reads what a run left; nil where it says nothing, or cannot be read.
  package init?(_ run: String) {
    guard let bytes = try? readFile("\(run)/run.json", limit: 1 << 20),
      let found = try? JSONDecoder().decode(StartedRun.self, from: Data(bytes))
    else { return nil }
    self = found
  }

  /// Where the relative paths of the run's recipe are looked for.
  ///
  /// A run that does not lie in the folder where it was started may be of a copy of a project, whose own files count.
  package func places(in run: String) -> PathPlaces {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    let started = folder.flatMap { $0.isEmpty ? nil : $0 }
    var places = PathPlaces(own: run, started: started)
    places.isMoved = started.map { !real(run).hasPrefix(real($0) + "/") } ?? false
    return places
  }
}
