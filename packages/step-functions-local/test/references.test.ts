import { validateDefinition } from '../src/definition/validate';
import { machine } from '../src/testing';

/** https://states-language.net/spec.html#jsonata-restrictions; AWS' words: https://github.com/floci-io/floci/issues/2670 */
function refusals(expression: string): string[] {
  const definition = machine({ One: { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true } });
  return validateDefinition(JSON.stringify(definition)).map(({ code, message, location }) => {
    expect({ code, location }).toEqual({
      code: 'UNSUPPORTED_JSONATA_EXPRESSION',
      location: '/States/One/Output/v',
    });
    return message;
  });
}

const atTopLevel = (name: string) => `Reference to '${name}' at the top level is not supported.`;

test.each([
  ['phone', 'phone'],
  ['phone.number', 'phone'],
  ['`first name` & "!"', 'first name'],
  ['$uppercase(name)', 'name'],
  ['$x[0] + total', 'total'],
  ['{"a": [b]}', 'b'],
  // The body of a function stands where the function does.
  ['$map($x, function($v) { $v + rate })', 'rate'],
  ['phone[type = "home"]', 'phone'],
  ['phone ~> $f', 'phone'],
  ['$', '$'],
  ['$.total', '$'],
])('%s refers to an input document that is not there', (expression, name) => {
  expect(refusals(expression)).toEqual([atTopLevel(name)]);
});

test('$$ is refused wherever it stands', () => {
  expect(refusals('$x[a = $$.b]')).toEqual(["Reference to '$$' is not supported."]);
});

test('each name is said once', () => {
  expect(refusals('a + b + a')).toEqual([atTopLevel('a'), atTopLevel('b')]);
});

test.each([
  '$states.input.items[value > 3 and $.kind = "a"]',
  '$x.(first & " " & $.last)',
  '$x^(>price, name)',
  '$x{type: $sum(price)}',
  '$x ~> |items|{"total": price * count}, ["price"]|',
  '$map($x, function($v, $i) { $v.name & $i })',
  '$x@$v.items[owner = $v.id].name',
  '($y := 1; $y + $x)',
  'null',
  '"text" in ["text"]',
])('%s refers to values that are there', (expression) => {
  expect(refusals(expression)).toEqual([]);
});
