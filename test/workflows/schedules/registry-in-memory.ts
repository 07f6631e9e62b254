type Item = Readonly<Record<string, unknown>>;

/** A request of the document client, whose values are plain JSON. */
interface Request {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeValues?: Item;
}

/** An answer of DynamoDB: `status` 400 where a condition does not hold. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * One table of DynamoDB with `pk` and `sk`, as far as the registry uses it: conditions of equalities,
 * `attribute_not_exists` and `begins_with`, joined by AND. A request is carried out in one piece, as DynamoDB does it. What is
 * asked for beyond that is a defect of the test and throws; `registry-in-memory.test.ts` holds it against moto.
 */
export class RegistryInMemory {
  private readonly items = new Map<string, Item>();

  /** The value of a text attribute of an item; `undefined` where there is none. */
  text(pk: string, sk: string, attribute: string): string | undefined {
    const value = this.items.get(`${pk}\n${sk}`)?.[attribute];
    return typeof value === 'string' ? value : undefined;
  }

  /** Takes an item away, as somebody could by hand. */
  forget(pk: string, sk: string): void {
    this.items.delete(`${pk}\n${sk}`);
  }

  serve(operation: string, request: Request): Answer {
    const key = keyOf(request.Item ?? request.Key ?? {});
    const values = request.ExpressionAttributeValues ?? {};
    const current = this.items.get(key);
    if (!holds(request.ConditionExpression, current, values))
      return {
        status: 400,
        body: {
          __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
          message: 'The conditional request failed',
        },
      };
    switch (operation) {
      case 'GetItem':
        return { status: 200, body: current === undefined ? {} : { Item: current } };
      case 'PutItem':
        // As the document client does it with what is undefined.
        this.items.set(key, JSON.parse(JSON.stringify(request.Item ?? {})) as Item);
        return { status: 200, body: {} };
      case 'DeleteItem':
        this.items.delete(key);
        return { status: 200, body: {} };
      case 'Query':
      case 'Scan': {
        const condition = request.KeyConditionExpression ?? request.FilterExpression;
        const Items = [...this.items.values()].filter((item) => holds(condition, item, values));
        return { status: 200, body: { Items, Count: Items.length } };
      }
      default:
        throw new Error(`the registry is not asked for ${operation}`);
    }
  }
}

function keyOf({ pk, sk }: Item): string {
  return `${String(pk)}\n${String(sk)}`;
}

function holds(expression: string | undefined, item: Item | undefined, values: Item): boolean {
  if (expression === undefined) return true;
  return expression.split(' AND ').every((term) => {
    const absent = /^attribute_not_exists\((\w+)\)$/.exec(term);
    if (absent !== null) return item?.[absent[1] ?? ''] === undefined;
    const begins = /^begins_with\((\w+), (:\w+)\)$/.exec(term);
    if (begins !== null) {
      const text = item?.[begins[1] ?? ''];
      return typeof text === 'string' && text.startsWith(String(values[begins[2] ?? '']));
    }
    const equal = /^(\w+) = (:\w+)$/.exec(term);
    if (equal === null) throw new Error(`the registry does not understand ${term}`);
    return JSON.stringify(item?.[equal[1] ?? '']) === JSON.stringify(values[equal[2] ?? '']);
  });
}
