import { PixvecError } from '@pixvec/core'
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValueNode,
} from 'graphql'

export interface PricedOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>> | undefined
}

/**
 * How many images an operation asks for: 1 for each `embedImage`, the length of its list for each
 * `embedImages`, through aliases and fragments. @skip and @include are not looked at, and equal fields
 * that would be merged count each: an upper bound.
 *
 * A fragment is priced once and remembered, so fragments that spread fragments twice each cost no more
 * than their text.
 */
export function imagesAskedFor({ document, operation, variables }: PricedOperation): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition)
  }
  const prices = new Map<string, number>()
  // Images can only be asked for at the root: no other type has a field that embeds.
  return priceOf(operation.selectionSet)

  function priceOf({ selections }: SelectionSetNode): number {
    let price = 0
    for (const selection of selections) {
      if (selection.kind === 'Field') price += priceOfField(selection)
      else if (selection.kind === 'InlineFragment') price += priceOf(selection.selectionSet)
      else price += priceOfFragment(selection.name.value)
    }
    return price
  }

  function priceOfFragment(name: string): number {
    const known = prices.get(name)
    if (known !== undefined) return known
    // Validation has refused circles; 0 keeps even one of those from going round.
    prices.set(name, 0)
    const fragment = fragments.get(name)
    const price = fragment ? priceOf(fragment.selectionSet) : 0
    prices.set(name, price)
    return price
  }

  function priceOfField(field: FieldNode): number {
    if (field.name.value === 'embedImage') return 1
    if (field.name.value !== 'embedImages') return 0
    const imgs = field.arguments?.find((argument) => argument.name.value === 'imgs')
    return imgs ? lengthOf(imgs.value) : 0
  }

  function lengthOf(value: ValueNode): number {
    if (value.kind === 'ListValue') return value.values.length
    if (value.kind === 'NullValue') return 0
    if (value.kind !== 'Variable') return 1
    const name = value.name.value
    const given = variables?.[name]
    if (given !== undefined) return Array.isArray(given) ? given.length : 1
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)
    return definition?.defaultValue ? lengthOf(definition.defaultValue) : 0
  }
}

/** The refusal of an operation over the limit, with both figures; undefined for one within it. */
export function tooManyImages(operation: PricedOperation, maxImages: number): PixvecError | undefined {
  const images = imagesAskedFor(operation)
  if (images <= maxImages) return undefined
  return new PixvecError(
    'TOO_MANY_IMAGES',
    `The operation asks for ${images} images; the limit is ${maxImages}. Split it into several.`,
    { details: { received: images, limit: maxImages } },
  )
}
