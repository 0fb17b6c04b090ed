import { Route, Switch, useLocation } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { Missing } from '../missing'
import { Appeals } from './appeals'
import { Brought } from './brought'
import { Gate } from './gate'
import { MemberPage } from './member'
import './members.css'
import { People } from './people'
import { NewQuest, Quests } from './quests'
import { Reviews } from './reviews'
import { RewardsTab } from './rewards'
import { room } from './words'

/** MemberRoom is what the community does for its members and with them: what they get for coming, say, and object to. */
export default function MemberRoom() {
  return (
    <Switch>
      <Route path="/members/of/:id">{({ id }) => <MemberPage key={id} />}</Route>
      <Route><Parts /></Route>
    </Switch>
  )
}

function Parts() {
  const w = useWords(room)
  const [path] = useLocation()
  return (
    <Page title={w('title')} sub={w('sub')} actions={path === '/members/quests' && <NewQuest />}>
      <Tabs label={w('tabs')} tabs={[{ to: '/members', label: w('reviews') }, { to: '/members/quests', label: w('quests') }, { to: '/members/points', label: w('points') },
        { to: '/members/appeals', label: w('appeals') }, { to: '/members/gate', label: w('gate') }, { to: '/members/people', label: w('people') }, { to: '/members/brought', label: w('brought') }]} />
      <Switch>
        <Route path="/members" component={Reviews} />
        <Route path="/members/points" component={RewardsTab} />
        <Route path="/members/quests" component={Quests} />
        <Route path="/members/appeals" component={Appeals} />
        <Route path="/members/gate" component={Gate} />
        <Route path="/members/people" component={People} />
        <Route path="/members/brought" component={Brought} />
        <Route component={Missing} />
      </Switch>
    </Page>
  )
}
