import Datasets
import PETL
import Recipes
import Testing
import Training

@testable import Networks

@Suite("The embedded network")
struct EmbeddedNetworkTests {
  private func experiment(on data: String) throws -> Experiment {
    let text = "backbone: {weights: embedded:vit-micro}\ndata: {name: \(data)}\n"
    let registry = try PluginRegistry(adapters: [], regularizers: [])
    return try Experiment(Recipe(text: text, registry: registry))
  }

  @Test("answers, frozen and read from its file, what it was trained to answer")
  func pretrainedHead() throws {
    let experiment = try experiment(on: "shapes-class")
    try experiment.usePretrainedHead()
    // Scenes of the kind it was trained on, of a seed that it was not.
    let count = 64
    let scenes = ShapeScenes.renderPretraining(seed: 77, count: count)
    let images = try LabelledImages(
      images: scenes.images, shape: [count, 32, 32, 3], labels: scenes.labels.map(\.shape),
      origin: .init(file: "scenes", images: "images", labels: "labels"))
    let pipeline = try experiment.pipeline()
    let figures = experiment.model.evaluate(images, pipeline, batchSize: 32)
    // 61 % of 2,048 scenes in its own validation; an eighth would be chance.
    #expect(figures.accuracy > 0.4)
    #expect(figures.examples == count)
  }

  @Test("refuses its head where the classes are others")
  func otherClasses() throws {
    let experiment = try experiment(on: "digits")
    let error = #expect(throws: DiagnosticError.self) { try experiment.usePretrainedHead() }
    #expect(
      error?.diagnostics.first?.message
        == "the head of embedded:vit-micro has 8 classes, data set 'digits' has 10")
  }
}
