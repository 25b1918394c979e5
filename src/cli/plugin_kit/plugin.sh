# Answers the questions of Callboard: a JSON object in each line of the input, an answer in each line of the output.
exec jq --compact-output --unbuffered '.entity.metadata.name as $name | {
  id: .id,
  facts: [{ name: "letters", title: "Letters", value: ($name | length) }],
  cards: [{ title: "Letters", html: "<p><b>\($name | @html)</b> has \($name | length) letters.</p>" }]
}'
