import { signal } from '@preact/signals'
import { comparison } from '../state/comparison.js'
import { DuplicatesView } from './duplicates-view.js'
import { GroupsView } from './groups-view.js'
import { MapView } from './map-view.js'
import { MatrixView } from './matrix-view.js'
import { NeighboursView } from './neighbours-view.js'
import { Tabs } from './tabs.js'

const views = [
  { id: 'neighbours', label: 'Neighbours', View: NeighboursView },
  { id: 'map', label: 'Map', View: MapView },
  { id: 'matrix', label: 'Matrix', View: MatrixView },
  { id: 'duplicates', label: 'Duplicates', View: DuplicatesView },
  { id: 'groups', label: 'Groups', View: GroupsView },
] as const
type ViewId = (typeof views)[number]['id']

const selectedView = signal<ViewId>('neighbours')

/** What the vectors tell, five ways to look at it. */
export function Views() {
  const { View } = views.find(({ id }) => id === selectedView.value)!
  const count = comparison.value.pictures.length
  return (
    <section class="card views" aria-label="Findings">
      <Tabs
        label="Ways to look at it"
        tabs={views}
        selected={selectedView.value}
        onSelect={(id) => {
          selectedView.value = id
        }}
      >
        {count < 2 ? (
          <p class="empty">
            {count === 0
              ? 'What your pictures have to do with each other is shown here, once they are embedded.'
              : 'One picture has no neighbours. Add another.'}
          </p>
        ) : (
          <View />
        )}
      </Tabs>
    </section>
  )
}
