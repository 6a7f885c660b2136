import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("Rendered scenes")
struct ShapeScenesTests {
  @Test("depend on seed and index alone", arguments: ShapeTask.allCases)
  func deterministic(_ task: ShapeTask) {
    let all = ShapeScenes.render(seed: 3, count: 40, task: task)
    let part = ShapeScenes.render(seed: 3, count: 5, task: task, first: 20)
    #expect(part.images == all.selecting(20..<25).images)
    #expect(part.labels == all.selecting(20..<25).labels)
    #expect(ShapeScenes.render(seed: 4, count: 40, task: task).images != all.images)
  }

  @Test("do not change from one version to the next: results on them are compared")
  func pinned() {
    let scenes = ShapeScenes.render(seed: 0, count: 10, task: .shape, size: 2)
    #expect(scenes.labels == [4, 2, 0, 4, 3, 3, 1, 6, 7, 1])
  }

  @Test("have every class of a task about equally often", arguments: ShapeTask.allCases)
  func classes(_ task: ShapeTask) {
    let scenes = ShapeScenes.render(seed: 0, count: 1600, task: task, size: 4)
    let expected = 1600 / task.classes.count
    for label in task.classes.indices {
      let found = scenes.labels.count { $0 == label }
      // Five standard deviations.
      #expect(abs(found - expected) < 5 * Int(Double(expected).squareRoot()))
    }
  }

  @Test("of different purposes share nothing, though the seed is the same")
  func purposesDiffer() {
    let pretraining = ShapeScenes.renderPretraining(seed: 0, count: 8)
    let task = ShapeScenes.render(seed: 0, count: 8, task: .shape)
    #expect(pretraining.labels.map(\.shape) != task.labels)
  }

  @Test("for pre-training have a main figure that is the largest, and all that it is asked")
  func pretraining() {
    let composer = SceneComposer(style: .pretraining)
    for index in 0..<500 {
      var stream = SeededStream(seed: 7, index: UInt64(index))
      let scene = composer.scene(&stream)
      let main = scene.figures[0]
      let labels = SceneLabels(scene)
      #expect(scene.figures.dropFirst().allSatisfy { $0.radius * 1.6 <= main.radius * 1.0001 })
      #expect((labels.orientation >= 0) == SceneShape.pointing.contains(main.shape))
      #expect(labels.location == Int(main.y * 4) * 4 + Int(main.x * 4))
      #expect(labels.count == scene.figures.count - 1)
      for (i, a) in scene.figures.enumerated() {
        #expect(min(a.x, a.y, 1 - a.x, 1 - a.y) >= a.radius * 0.9999, "nothing is cut off")
        for b in scene.figures[..<i] {
          let gap = ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
          #expect(gap > a.radius + b.radius, "figures do not overlap")
        }
      }
    }
  }

  @Test("show a figure where its label says, pointing where its label says")
  func paintedAsLabelled() {
    // An arrow to the north-west, in the top right corner; y is down in the image.
    let scene = Scene(
      background: Colour(0, 0, 0), slope: Colour(0, 0, 0), slopeAngle: 0, spots: [], noise: 0,
      figures: [
        Scene.Figure(
          shape: .arrow, x: 0.8, y: 0.2, radius: 0.15, angle: 0.75 * .pi,
          colour: Colour(1, 0.5, 0))
      ])
    let labels = SceneLabels(scene)

    #expect([labels.shape, labels.count, labels.location, labels.orientation] == [7, 0, 3, 3])
    var stream = SeededStream(seed: 0)
    var image = [UInt8](repeating: 1, count: 100 * 100 * 3)
    unsafe image.withUnsafeMutableBufferPointer {
      unsafe ScenePainter(size: 100).paint(scene, &stream, into: $0)
    }
    func pixel(_ x: Int, _ y: Int) -> [UInt8] {
      Array(image[(y * 100 + x) * 3..<(y * 100 + x) * 3 + 3])
    }
    #expect(pixel(80, 20) == [255, 128, 0])
    #expect(pixel(10, 90) == [0, 0, 0])
    // The head is broad: beside the axis, only the head's side of the centre is covered.
    #expect(pixel(72, 18) == [255, 128, 0])
    #expect(pixel(84, 30) == [0, 0, 0])
  }

  @Test(
    "of every shape fit in the unit circle, and are the same on both sides of their axis",
    arguments: SceneShape.allCases)
  func distances(_ shape: SceneShape) {
    var area = 0
    for row in -60...60 {
      for column in -60...60 {
        let (x, y) = (Float(column) / 50, Float(row) / 50)
        let inside = shape.distance(x, y) < 0
        if inside { area += 1 }
        #expect(!inside || x * x + y * y <= 1.03, "(\(x), \(y)) is outside the unit circle")
        #expect(abs(shape.distance(x, y) - shape.distance(x, -y)) < 1e-5, "not symmetric")
      }
    }
    #expect(Double(area) / 2500 > 0.7)
  }

  @Test("are in the catalogue, with the digits")
  func catalogue() throws {
    for name in Dataset.embeddedNames where name != "digits" {
      let set = try Dataset.embedded(named: name)
      #expect(set.name == name)
      #expect(set.train?.pixels?.shape == [800, 32, 32, 3])
      #expect(set.val?.count == 200)
      #expect(set.test?.count == 1000)
    }
    #expect(try Dataset.embedded(named: "digits").classes.count == 10)
    let error = #expect(throws: DiagnosticError.self) { try Dataset.embedded(named: "shape-count") }
    #expect(
      error?.description == """
        error: there is no embedded data set 'shape-count'
          expected one of: digits, shapes-class, shapes-count, shapes-location, shapes-orientation
          did you mean 'shapes-count'?
        """)
  }
}
