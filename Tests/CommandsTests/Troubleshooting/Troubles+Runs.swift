import Checkpoints
import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Training

extension Troubles {
  static let ofRuns: [String: Trouble] = [
    "diverged": {
      try $0.says(
        """
        petl run r.yaml --output run --set epochs=50 --set adapter.scale=1e6 \
        --set optimizer.learning_rate=1e3 --set optimizer.weight_decay=1e3
        """)
    },
    "the folder is not empty": {
      try $0.says("mkdir run; touch run/a; petl run r.yaml --output run")
    },
    "the run did not finish stage": {
      try $0.cutOff()
      return try $0.says("petl evaluate cut")
    },
    "cannot be resumed": {
      try $0.cutOff()
      try SmallSets.writeDigits(to: $0.folder + "/data.safetensors")
      return try $0.says("petl resume cut")
    },
    "expected seconds from 0 to 1e12": {
      try $0.train()
      return try $0.says(
        """
        sed -i 's/"trainingSeconds" : [0-9.e-]*/"trainingSeconds" : -1/' run/summary.json
        petl report run
        """)
    },
    "the checkpoint does not fit stage '…'": {
      try $0.cutOff()
      try forgeEpoch($0)
      return try $0.says("petl resume cut")
    },
    "is working in this folder": {
      try $0.says(
        """
        petl run r.yaml --output run --set epochs=100000 2> /dev/null & pid=$!
        for i in {1..1200}; do [ -s run/metrics.jsonl ] && break; sleep 0.05; done
        petl resume run; kill $pid; wait $pid
        """)
    },
    "there is no sbatch on the PATH": {
      try $0.says(
        "petl=$(type -p petl); PATH=/nowhere $petl sweep r.yaml --set seed=0,1 --on slurm")
    },
    // No disk is filled here: the function that every run calls before it trains.
    "the disk has": { bench in
      let experiment = try experiment(bench)
      let run = try RunFolder(creating: bench.folder + "/run", name: "run")
      return complaint { try run.requireSpace(for: experiment.network, stages: 1 << 40) }
    },
    "this is a symbolic link, and what is written must not land elsewhere": {
      try $0.cutOff()
      return try $0.says("mv cut/metrics.jsonl x; ln -s ../x cut/metrics.jsonl; petl resume cut")
    },
    "this is a named pipe, a file is expected": {
      try $0.says("mkfifo pipe; petl validate pipe")
    },
  ]

  /// The experiment of the recipe, from any folder.
  private static func experiment(_ bench: Bench) throws -> Experiment {
    let recipe = try Recipe(
      path: bench.folder + "/r.yaml",
      overrides: [
        "backbone.weights=\(bench.folder)/tiny.safetensors",
        "data.path=\(bench.folder)/data.safetensors",
      ], registry: .builtIn())
    return try Experiment(recipe)
  }

  /// Lets the last checkpoint of the folder `cut` say an epoch that its stage does not have.
  private static func forgeEpoch(_ bench: Bench) throws {
    let network = try experiment(bench).network
    let paths = try RunFolder(existing: bench.folder + "/cut").checkpoints()
    let last = try #require(paths.first)
    let checkpoint = try ResumePoint(path: last)
    var (state, snapshot) = (checkpoint.state, try checkpoint.load(into: network))
    snapshot.progress.epoch = 200_000
    state.progress = snapshot.progress
    let metadata = try SafetensorsFile(path: last).metadata
    for path in paths { try FileManager.default.removeItem(atPath: path) }
    try ResumePoint.write(state, snapshot, of: network, to: last, metadata: metadata)
  }
}
