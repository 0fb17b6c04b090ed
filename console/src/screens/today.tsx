import { useToday } from '../api'
import { useText } from '../text'
import type { Today as TodayData } from '../types'
import { Page } from '../ui/page'
import { Failed, Waiting } from '../ui/states'
import { Breakdown } from './breakdown'
import { FunnelCard } from './funnel'
import { Needs } from './needs'
import { Numbers } from './numbers'

/** Today is the organiser's home: first what needs her, then how it goes. */
export function Today() {
  const { t } = useText()
  const today = useToday()
  return (
    <Page title={t('nav.today')} live={today.data && (today.isError ? 'stale' : 'fresh')}>
      {today.data ? <Content today={today.data} />
        : today.isError ? <Failed error={today.error} retry={() => void today.refetch()} />
        : <Waiting />}
    </Page>
  )
}

function Content({ today }: { today: TodayData }) {
  return (
    <div className="stack">
      <Needs today={today} />
      <Numbers numbers={today.numbers} />
      <FunnelCard funnel={today.funnel} />
      {today.funnel.by_video.length > 0 && <Breakdown kind="video" rows={today.funnel.by_video} />}
      {today.funnel.by_group.length > 0 && <Breakdown kind="group" rows={today.funnel.by_group} />}
    </div>
  )
}
