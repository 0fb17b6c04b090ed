import { Route, Switch } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { Missing } from '../missing'
import { Accounts } from './accounts'
import { useChannels, useSystem } from './api'
import { Jobs } from './jobs'
import { Messages } from './messages'
import { Pushes } from './pushes'
import './system.css'
import { room } from './words'

/** System is where the organiser sees what does not work by itself, and sets it going again. */
export default function System() {
  const w = useWords(room)
  const system = useSystem()
  const channels = useChannels()
  const stopped = channels.data?.filter((c) => c.stopped).length
  const stale = system.isError || channels.isError
  return (
    <Page title={w('title')} live={system.data && channels.data && (stale ? 'stale' : 'fresh')}>
      <Tabs label={w('parts')} tabs={[
        { to: '/system', label: w('tab.accounts'), waiting: stopped },
        { to: '/system/pushes', label: w('tab.pushes'), waiting: system.data?.pushes.dead },
        { to: '/system/jobs', label: w('tab.jobs'), waiting: system.data?.jobs.dead },
        { to: '/system/messages', label: w('tab.messages') },
      ]} />
      <Switch>
        <Route path="/system" component={Accounts} />
        <Route path="/system/pushes" component={Pushes} />
        <Route path="/system/jobs" component={Jobs} />
        <Route path="/system/messages" component={Messages} />
        <Route component={Missing} />
      </Switch>
    </Page>
  )
}
