import { Redirect, Route, Switch } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { EditRule, NewRule } from './editor'
import { HoursTab } from './hours'
import { MenuTab } from './menu'
import './replies.css'
import { RulesTab } from './rules'
import { room } from './words'

/** Replies is where an organiser writes what her accounts answer by themselves. */
export default function Replies() {
  return (
    <Switch>
      <Route path="/replies/new" component={NewRule} />
      <Route path="/replies/rule/:id">{({ id }) => <EditRule id={id} key={id} />}</Route>
      <Route path="/replies/menu"><Part><MenuTab /></Part></Route>
      <Route path="/replies/hours"><Part><HoursTab /></Part></Route>
      <Route path="/replies"><Part><RulesTab /></Part></Route>
      <Route><Redirect to="/replies" replace /></Route>
    </Switch>
  )
}

function Part({ children }: { children: React.ReactNode }) {
  const w = useWords(room)
  const tabs = [
    { to: '/replies', label: w('tabRules') }, { to: '/replies/menu', label: w('tabMenu') }, { to: '/replies/hours', label: w('tabHours') },
  ]
  return <Page title={w('title')} sub={w('sub')}><Tabs label={w('tabs')} tabs={tabs} />{children}</Page>
}
