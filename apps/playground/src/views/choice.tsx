interface ChoiceProps<Value extends string | number> {
  /** What is chosen, for those who cannot see where it stands. */
  readonly legend: string
  readonly name: string
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly isDisabled?: boolean
}

/** One of a few, all of them in sight: radio buttons in a row. */
export function Choice<Value extends string | number>(props: ChoiceProps<Value>) {
  const { legend, name, options, value, onChange, isDisabled = false } = props
  return (
    <fieldset class="choice" disabled={isDisabled}>
      <legend>{legend}</legend>
      <div class="choice-row">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={String(option.value)}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
